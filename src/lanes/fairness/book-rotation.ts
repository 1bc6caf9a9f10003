/** Books take turns, and so do the tenants of a book: a book with thousands of vendors does not delay the others. */
export class BookRotation {
  /** In the order of their turns. No set is empty. */
  readonly #books = new Map<number, Set<number>>()

  get size(): number {
    return this.#books.size
  }

  add(tenant: number, { book }: { readonly book: number }): void {
    const tenants = this.#books.get(book)
    if (tenants === undefined) this.#books.set(book, new Set([tenant]))
    else tenants.add(tenant)
  }

  take(): number | undefined {
    for (const [book, tenants] of this.#books) {
      this.#books.delete(book)
      for (const tenant of tenants) {
        tenants.delete(tenant)
        if (tenants.size > 0) this.#books.set(book, tenants)
        return tenant
      }
    }
    return undefined
  }
}
