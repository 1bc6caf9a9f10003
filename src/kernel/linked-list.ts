/** An item of a {@link LinkedList}, which points to its neighbors in the list. */
export class Linked {
  before: this | undefined = undefined
  after: this | undefined = undefined
}

/**
 * Items in the order of their arrival. An item can be removed at any place in constant time, and added again at the
 * end. A Set could do this too, but a Set this busy leaves its memory to V8's slow collection; see `Slots`.
 */
export class LinkedList<Item extends Linked> {
  #first: Item | undefined
  #last: Item | undefined

  get first(): Item | undefined {
    return this.#first
  }

  /** Appends an item that is in no list. */
  push(item: Item): void {
    item.before = this.#last
    if (this.#last === undefined) this.#first = item
    else this.#last.after = item
    this.#last = item
  }

  remove(item: Item): void {
    const { before, after } = item
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    item.before = undefined
    item.after = undefined
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let item = this.#first; item !== undefined; ) {
      const { after } = item
      yield item
      item = after
    }
  }
}
