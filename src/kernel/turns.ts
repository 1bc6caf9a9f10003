type Waiter<Name, Item> = {
  readonly name: Name
  readonly item: Item
  /** The amount that the other waiters may have had when its turn comes. */
  at: number
  /** Among equals, the one that came first is first. */
  order: number
  waits: boolean
}

type Place = { readonly at: number; readonly order: number }

/** Names remembered that do not wait. */
const idleNamesMax = 10_000

/**
 * Waiters take turns and get equal amounts in the long run: a waiter that has had much comes after one that has had
 * little. A name that does not wait saves up nothing. The amounts that the others get meanwhile make up for an excess
 * over them, whether the name waits or not. The excess is forgotten when no name waits any more. A step costs the
 * logarithm of the number of waiters, however large the amounts are.
 */
export class Turns<Name extends string | number, Item> {
  readonly #make: () => Item
  readonly #waiters = new Map<Name, Waiter<Name, Item>>()
  /** The waiters whose turn may be next: a heap, with the first on top. */
  readonly #heap: Waiter<Name, Item>[] = []
  /** The amount that every waiter has had at least. */
  #clock = 0
  #latest = 0
  #orders = 0
  #waiting = 0

  constructor(make: () => Item) {
    this.#make = make
  }

  /** The number of waiters, including those passed over. */
  get waiting(): number {
    return this.#waiting
  }

  /** Makes a name wait, if it does not already. */
  join(name: Name): Item {
    const waiter = this.#waiters.get(name) ?? this.#add(name)
    if (!waiter.waits) {
      waiter.waits = true
      this.#waiting += 1
      waiter.at = Math.max(waiter.at, this.#clock)
      waiter.order = this.#orders++
      this.#rise(waiter)
    }
    return waiter.item
  }

  /** The item whose turn it is; undefined when no name waits that is not passed over. */
  first(): Item | undefined {
    return this.#heap[0]?.item
  }

  firstName(): Name | undefined {
    return this.#heap[0]?.name
  }

  /** Gives the first waiter an amount. It then waits on or not. */
  serve(amount: number, waitsOn: boolean): void {
    const [first] = this.#heap
    if (first === undefined) return
    this.#clock = Math.max(this.#clock, first.at)
    first.at += amount
    first.order = this.#orders++
    this.#latest = Math.max(this.#latest, first.at)
    if (waitsOn) this.#sink(first)
    else this.#leave(first)
  }

  /** Lets others go before the first waiter, until the returned function is called. */
  passOver(): () => void {
    const [first] = this.#heap
    if (first === undefined) return () => undefined
    this.#removeFirst()
    return () => this.#rise(first)
  }

  #add(name: Name): Waiter<Name, Item> {
    if (this.#waiters.size >= idleNamesMax) {
      for (const [idle, { waits }] of this.#waiters) if (!waits) this.#waiters.delete(idle)
    }
    const waiter = { name, item: this.#make(), at: 0, order: 0, waits: false }
    this.#waiters.set(name, waiter)
    return waiter
  }

  #leave(first: Waiter<Name, Item>): void {
    first.waits = false
    this.#removeFirst()
    this.#waiting -= 1
    if (this.#waiting === 0) this.#clock = this.#latest
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
  }

  /** Adds a waiter at the end, and lets it rise to its place. */
  #rise(waiter: Waiter<Name, Item>): void {
    const heap = this.#heap
    let place = heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = heap[above] as Waiter<Name, Item>
      if (!isBefore(waiter, other)) break
      heap[place] = other
      place = above
    }
    heap[place] = waiter
  }

  /** Replaces the waiter on top, and lets the new one sink to its place. */
  #sink(waiter: Waiter<Name, Item>): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      const left = heap[2 * place + 1]
      const right = heap[2 * place + 2]
      const goesRight = left !== undefined && right !== undefined && isBefore(right, left)
      const below = goesRight ? right : left
      if (below === undefined || !isBefore(below, waiter)) break
      heap[place] = below
      place = 2 * place + (goesRight ? 2 : 1)
    }
    heap[place] = waiter
  }
}

function isBefore(one: Place, other: Place): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
