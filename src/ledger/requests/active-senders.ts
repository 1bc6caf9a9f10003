import type { Taker } from '#kernel'

/** How long a sender counts as active after its latest request. */
const activeMs = 1_000
const anonymous: Taker = { group: '', sender: '' }

type Seen = { sender: Taker; atMs: number }

/** Remembers the latest request, and the latest one of any other sender. */
export class ActiveSenders {
  #latest: Seen | undefined
  #before: Seen | undefined

  note(sender = anonymous, atMs = performance.now()): void {
    if (this.#latest !== undefined && isSame(this.#latest.sender, sender)) {
      this.#latest.atMs = atMs
      return
    }
    this.#before = this.#latest
    this.#latest = { sender, atMs }
  }

  /** Whether another sender has been active within the last second. */
  hasOther(sender = anonymous, atMs = performance.now()): boolean {
    const other = this.#latest !== undefined && isSame(this.#latest.sender, sender) ? this.#before : this.#latest
    return other !== undefined && atMs - other.atMs <= activeMs
  }
}

function isSame(one: Taker, other: Taker): boolean {
  return one.sender === other.sender && one.group === other.group
}
