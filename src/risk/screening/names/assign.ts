/**
 * The assignment of rows to columns with the least total cost, by the Hungarian method: the column of each row, or -1.
 * A row or a column may stay alone, which costs `alone`. Sides of more than about twenty are not meant.
 */
export function assign(costs: readonly (readonly number[])[], alone: number): readonly number[] {
  const rows = costs.length
  const columns = costs[0]?.length ?? 0
  const side = Array.from({ length: rows + columns }, (_, place) => place)
  // Each row has a column of its own in which it is alone, and each column such a row.
  const square = side.map((row) => {
    return side.map((column) => costs[row]?.[column] ?? (row < rows || column < columns ? alone : 0))
  })
  const table = new Table(square)
  for (let row = 1; row <= rows + columns; row += 1) table.place(row)
  return costs.map((_, row) => {
    const column = table.columnOf(row + 1) - 1
    return column < columns && (costs[row]?.[column] ?? 0) < alone * 2 ? column : -1
  })
}

/** Rows and columns from 1 on; 0 is none. */
class Table {
  readonly #size: number
  readonly #costs: readonly (readonly number[])[]
  readonly #rowPrice: Float64Array
  readonly #columnPrice: Float64Array
  readonly #rowOf: Int32Array
  readonly #way: Int32Array

  constructor(costs: readonly (readonly number[])[]) {
    const size = costs.length
    this.#size = size
    this.#costs = costs
    this.#rowPrice = new Float64Array(size + 1)
    this.#columnPrice = new Float64Array(size + 1)
    this.#rowOf = new Int32Array(size + 1)
    this.#way = new Int32Array(size + 1)
  }

  columnOf(row: number): number {
    return this.#rowOf.indexOf(row, 1)
  }

  /** Finds a column for one more row; rows that have one may change it. */
  place(row: number): void {
    this.#rowOf[0] = row
    const least = new Float64Array(this.#size + 1).fill(Number.POSITIVE_INFINITY)
    const used = new Uint8Array(this.#size + 1)
    let column = 0
    do {
      used[column] = 1
      const next = this.#nearest(column, { least, used })
      this.#raise(least[next] ?? 0, { least, used })
      column = next
    } while (this.#rowOf[column] !== 0)
    while (column !== 0) {
      const previous = this.#way[column] ?? 0
      this.#rowOf[column] = this.#rowOf[previous] ?? 0
      column = previous
    }
  }

  #nearest(from: number, { least, used }: Search): number {
    const row = this.#rowOf[from] ?? 0
    let next = 0
    for (let to = 1; to <= this.#size; to += 1) {
      if (used[to] === 1) continue
      const cost = (this.#costs[row - 1]?.[to - 1] ?? 0) - (this.#rowPrice[row] ?? 0) - (this.#columnPrice[to] ?? 0)
      if (cost < (least[to] ?? 0)) {
        least[to] = cost
        this.#way[to] = from
      }
      if (next === 0 || (least[to] ?? 0) < (least[next] ?? 0)) next = to
    }
    return next
  }

  #raise(by: number, { least, used }: Search): void {
    for (let to = 0; to <= this.#size; to += 1) {
      if (used[to] === 1) {
        const row = this.#rowOf[to] ?? 0
        this.#rowPrice[row] = (this.#rowPrice[row] ?? 0) + by
        this.#columnPrice[to] = (this.#columnPrice[to] ?? 0) - by
      } else least[to] = (least[to] ?? 0) - by
    }
  }
}

type Search = { readonly least: Float64Array; readonly used: Uint8Array }
