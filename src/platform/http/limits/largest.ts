/** Finds the item with the largest size in constant time. Sizes change by one at a time. */
export class Largest<Item> {
  readonly #sizes = new Map<Item, number>()
  readonly #ofSize = new Map<number, Set<Item>>()
  #most = 0

  grow(item: Item): number {
    return this.#move(item, 1)
  }

  shrink(item: Item): number {
    return this.#move(item, -1)
  }

  first(): Item | undefined {
    return this.#ofSize.get(this.#most)?.values().next().value
  }

  #move(item: Item, by: 1 | -1): number {
    const before = this.#sizes.get(item) ?? 0
    const size = before + by
    const those = this.#ofSize.get(before)
    those?.delete(item)
    if (those?.size === 0) this.#ofSize.delete(before)
    if (size === 0) this.#sizes.delete(item)
    else {
      this.#sizes.set(item, size)
      const others = this.#ofSize.get(size)
      if (others === undefined) this.#ofSize.set(size, new Set([item]))
      else others.add(item)
    }
    if (size > this.#most || !this.#ofSize.has(this.#most)) this.#most = size
    return size
  }
}
