/** What is in a {@link LinkedList} points to its neighbors there. */
export class Linked {
  before: this | undefined = undefined
  after: this | undefined = undefined
}

/**
 * Items in the order in which they came, each of which leaves at once and comes back at the end. As a Set would have
 * them; but a Set that is this busy hands its memory to the slow collection, as told at `Slots`.
 */
export class LinkedList<Item extends Linked> {
  #first: Item | undefined
  #last: Item | undefined

  get first(): Item | undefined {
    return this.#first
  }

  /** Puts at the end an item that is in no list. */
  push(item: Item): void {
    item.before = this.#last
    if (this.#last === undefined) this.#first = item
    else this.#last.after = item
    this.#last = item
  }

  /** Takes out an item that is in this list. */
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
