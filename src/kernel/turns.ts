type Waiter<Name, Item> = {
  readonly name: Name
  readonly item: Item
  /** What the others may have had when its turn comes. */
  at: number
  /** Who came first is first among equals. */
  order: number
  waits: boolean
}

type Place = { readonly at: number; readonly order: number }

/** Names remembered of those that do not wait. */
const idleNamesMax = 10_000

/**
 * Those who wait take turns, and get equal amounts in the long run: who has had much comes after who has had little.
 * Nothing is saved up by who does not wait, and what somebody had more than others is made up for by what these get
 * meanwhile, whether it waits or not; it is forgotten when nobody waits any more. A step costs the logarithm of their
 * number, however large the amounts are.
 */
export class Turns<Name extends string | number, Item> {
  readonly #make: () => Item
  readonly #waiters = new Map<Name, Waiter<Name, Item>>()
  /** Those whose turn may be next: a heap, the first on top. */
  readonly #heap: Waiter<Name, Item>[] = []
  /** What everybody has had who waits on. */
  #clock = 0
  #latest = 0
  #orders = 0
  #waiting = 0

  constructor(make: () => Item) {
    this.#make = make
  }

  /** How many wait, those passed over among them. */
  get waiting(): number {
    return this.#waiting
  }

  /** Waits from now on, if it did not before. */
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

  /** Whose turn it is; undefined when nobody waits who is not passed over. */
  first(): Item | undefined {
    return this.#heap[0]?.item
  }

  firstName(): Name | undefined {
    return this.#heap[0]?.name
  }

  /** The first gets an amount, and waits on or not. */
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

  /** The first lets others go before it, until what is answered is called. */
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

  /** Puts one at the end, and lets it rise to its place. */
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

  /** Puts one on top in place of what is there, and lets it sink to its place. */
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
