/**
 * High-churn objects, thousands per second, each in a numbered slot. A Set would do the same. But V8 gives a busy Set
 * (or Map) one new table after the other, each pointing to the next. Once one of them is in the old generation, it
 * keeps all later tables, and everything they hold, out of reach of the fast collection. A slot is emptied when its
 * item leaves, and points nowhere.
 */
export class Slots<Item extends object> {
  readonly #items: (Item | undefined)[] = []
  readonly #free: number[] = []

  get size(): number {
    return this.#items.length - this.#free.length
  }

  /** Adds an item; returns its slot. */
  add(item: Item): number {
    const slot = this.#free.pop() ?? this.#items.length
    this.#items[slot] = item
    return slot
  }

  get(slot: number): Item | undefined {
    return this.#items[slot]
  }

  /** Removes the item from its slot; false when it has already left. */
  remove(slot: number, item: Item): boolean {
    if (this.#items[slot] !== item) return false
    this.#items[slot] = undefined
    this.#free.push(slot)
    return true
  }

  /** The items and their slots, in no order. Items may be removed during the iteration. */
  *entries(): Generator<[slot: number, item: Item]> {
    for (const [slot, item] of this.#items.entries()) if (item !== undefined) yield [slot, item]
  }
}

/** As {@link Slots}, with each item under a key. */
export class SlotMap<Key extends string | number, Item extends object> {
  readonly #slots = new Slots<Item>()
  /** A table of this map points only to keys and numbers, to nothing large. */
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
