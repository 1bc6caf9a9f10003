type Waits = { readonly fault: unknown; readonly tries: number; readonly retryAtMs: number }

const restMs = 500
const restMsMax = 2_000
const repeatReportMs = 60_000

/** The books of which a part could not be delivered, with growing rests. The others go on. */
export class WaitingBooks {
  readonly #books = new Map<number, Waits>()
  #reportedMs = Number.NEGATIVE_INFINITY

  rests(book: number): boolean {
    return (this.#books.get(book)?.retryAtMs ?? 0) > performance.now()
  }

  note(book: number, fault: unknown): void {
    const tries = this.#books.get(book)?.tries ?? 0
    const retryAtMs = performance.now() + Math.min(restMsMax, restMs * 2 ** tries)
    this.#books.set(book, { fault, tries: tries + 1, retryAtMs })
  }

  noteDelivered(book: number): void {
    this.#books.delete(book)
  }

  /** Nothing of the other books waits any more, as after a replay. */
  keep(books: readonly number[]): void {
    const kept = new Set(books)
    for (const book of this.#books.keys()) if (!kept.has(book)) this.#books.delete(book)
    if (this.#books.size === 0) this.#reportedMs = Number.NEGATIVE_INFINITY
  }

  get fault(): unknown {
    return this.#books.values().next().value?.fault
  }

  /** Once for each outage, and then about once a minute. */
  takeReport(): boolean {
    if (this.#books.size === 0 || performance.now() - this.#reportedMs < repeatReportMs) return false
    this.#reportedMs = performance.now()
    return true
  }
}
