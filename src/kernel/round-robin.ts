type Waiter<Name, Item> = {
  readonly name: Name
  readonly item: Item
  /** The amount that other waiters may have had when its turn comes. */
  at: number
  /** Breaks ties: first come, first served. */
  order: number
  waits: boolean
}

type Place = { readonly at: number; readonly order: number }

const idleNamesMax = 10_000

/**
 * Waiters get equal amounts in the long run: those that had little come first. A name that does not wait saves up
 * nothing. An excess shrinks as others get amounts, whether the name waits or not. It is forgotten when no name waits.
 * A step takes logarithmic time in the number of waiters.
 */
export class RoundRobin<Name extends string | number, Item> {
  readonly #make: () => Item
  readonly #waiters = new Map<Name, Waiter<Name, Item>>()
  readonly #heap: Waiter<Name, Item>[] = []
  /** The amount that every waiter has had at least. */
  #clock = 0
  #latest = 0
  #orders = 0
  #waiting = 0

  constructor(make: () => Item) {
    this.#make = make
  }

  get waiting(): number {
    return this.#waiting
  }

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

  /** Ignores waiters that are passed over. */
  first(): Item | undefined {
    return this.#heap[0]?.item
  }

  firstName(): Name | undefined {
    return this.#heap[0]?.name
  }

  /** Charges the first waiter an amount. `waitsOn`: it stays in line. */
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
