/**
 * Shares that wait for their turn, by the books they belong to. Books take turns, and so do the shares of a book: whose
 * work is divided among thousands of vendors keeps no other book waiting.
 */
export class BookTurns {
  /** In the order of their turns, and so are the shares of each; none is empty. */
  readonly #books = new Map<number, Set<number>>()

  get size(): number {
    return this.#books.size
  }

  add(book: number, share: number): void {
    const shares = this.#books.get(book)
    if (shares === undefined) this.#books.set(book, new Set([share]))
    else shares.add(share)
  }

  /** Takes the share whose turn it is out; undefined when none waits. */
  take(): number | undefined {
    for (const [book, shares] of this.#books) {
      this.#books.delete(book)
      for (const share of shares) {
        shares.delete(share)
        if (shares.size > 0) this.#books.set(book, shares)
        return share
      }
    }
    return undefined
  }
}
