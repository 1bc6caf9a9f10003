/** Books take turns, and so do the shares of a book: a book with thousands of vendors does not delay the others. */
export class BookTurns {
  /** In the order of their turns. No set is empty. */
  readonly #books = new Map<number, Set<number>>()

  get size(): number {
    return this.#books.size
  }

  add(book: number, share: number): void {
    const shares = this.#books.get(book)
    if (shares === undefined) this.#books.set(book, new Set([share]))
    else shares.add(share)
  }

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
