import { RoundRobin, type Taker } from '#kernel'

const anonymous: Taker = { group: '', sender: '' }

/** Books take turns, and so do a book's API keys. A key's requests keep their order. A large one counts as several. */
export class AcceptQueue<Item> {
  readonly #groups = new RoundRobin<string | number, RoundRobin<string, Item[]>>(() => new RoundRobin(() => []))
  readonly #sizeOf: (item: Item) => number
  #length = 0

  constructor(sizeOf: (item: Item) => number) {
    this.#sizeOf = sizeOf
  }

  get length(): number {
    return this.#length
  }

  push(item: Item, { group, sender }: Taker = anonymous): void {
    this.#groups.join(group).join(sender).push(item)
    this.#length += 1
  }

  /** Takes requests until their total size reaches `max`. */
  take(max: number): Item[] {
    const taken: Item[] = []
    let size = 0
    while (size < max) {
      const senders = this.#groups.first()
      const items = senders?.first()
      if (senders === undefined || items === undefined) break
      const item = items.shift()
      const itemSize = item === undefined ? 1 : this.#sizeOf(item)
      if (item !== undefined) taken.push(item)
      size += itemSize
      senders.serve(itemSize, items.length > 0)
      this.#groups.serve(itemSize, senders.waiting > 0)
    }
    this.#length -= taken.length
    return taken
  }
}
