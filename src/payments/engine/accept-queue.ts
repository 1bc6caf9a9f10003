import { type Taker, Turns } from '#kernel'

const nobody: Taker = { group: '', sender: '' }

/**
 * Requests that wait to be accepted. Books take turns, and so do the keys of a book: who sends much makes itself wait, and
 * others no longer than for the batch under way and the next. The requests of one key keep their order.
 */
export class AcceptQueue<Item> {
  readonly #groups = new Turns<string | number, Turns<string, Item[]>>(() => new Turns(() => []))
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: Item, { group, sender }: Taker = nobody): void {
    this.#groups.join(group).join(sender).push(item)
    this.#length += 1
  }

  /** Takes up to `max` out. */
  take(max: number): Item[] {
    const taken: Item[] = []
    while (taken.length < max) {
      const senders = this.#groups.first()
      const items = senders?.first()
      if (senders === undefined || items === undefined) break
      const item = items.shift()
      if (item !== undefined) taken.push(item)
      senders.serve(1, items.length > 0)
      this.#groups.serve(1, senders.waiting > 0)
    }
    this.#length -= taken.length
    return taken
  }
}
