/**
 * Holds high-churn objects, thousands per second, in numbered slots. V8 gives a busy Set or Map one new table after
 * another, each pointing to the next. Once one is in the old generation, the fast collection cannot free any later
 * table or its contents. An emptied slot points nowhere.
 */
export class Slots<Item extends object> {
  readonly #items: (Item | undefined)[] = []
  readonly #free: number[] = []

  get size(): number {
    return this.#items.length - this.#free.length
  }

  add(item: Item): number {
    const slot = this.#free.pop() ?? this.#items.length
    this.#items[slot] = item
    return slot
  }

  get(slot: number): Item | undefined {
    return this.#items[slot]
  }

  remove(slot: number, item: Item): boolean {
    if (this.#items[slot] !== item) return false
    this.#items[slot] = undefined
    this.#free.push(slot)
    return true
  }

  /** In no order. Items may be removed during the iteration. */
  *entries(): Generator<[slot: number, item: Item]> {
    for (const [slot, item] of this.#items.entries()) if (item !== undefined) yield [slot, item]
  }
}

/** Like {@link Slots}, with each item under a key. */
export class SlotMap<Key extends string | number, Item extends object> {
  readonly #slots = new Slots<Item>()
  /** Its tables point only to keys and numbers, to nothing large. */
  readonly #slotOf = new Map<Key, number>()

  get size(): number {
    return this.#slotOf.size
  }

  get(key: Key): Item | undefined {
    const slot = this.#slotOf.get(key)
    return slot === undefined ? undefined : this.#slots.get(slot)
  }

  set(key: Key, item: Item): void {
    this.take(key)
    this.#slotOf.set(key, this.#slots.add(item))
  }

  take(key: Key): Item | undefined {
    const slot = this.#slotOf.get(key)
    const item = slot === undefined ? undefined : this.#slots.get(slot)
    if (slot === undefined || item === undefined) return undefined
    this.#slotOf.delete(key)
    this.#slots.remove(slot, item)
    return item
  }

  *values(): Generator<Item> {
    for (const [, item] of this.#slots.entries()) yield item
  }
}
