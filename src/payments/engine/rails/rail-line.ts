import { createQuotas, RoundRobin, type Taker } from '#kernel'
import type { PlannedCall } from '../handling/batch.ts'

/** `sinceMs`: by the clock of `performance`. `hasPlace`: it has one of the places that the books share. */
export type Waiting = { readonly call: PlannedCall; readonly sinceMs: number; readonly hasPlace: boolean }
type BookCalls = { calls: Waiting[] }

/**
 * Books take turns and share the places. A submission that has waited too long leaves the queue unsent, before its
 * timer fires. An inquiry waits on: its answer is as good later, and an attempt has only one queued inquiry. An
 * operator's inquiry, which has no timer, needs no place.
 */
export class RailLine {
  readonly #places: ReturnType<typeof createQuotas>
  readonly #rotation = new RoundRobin<number, BookCalls>(() => ({ calls: [] }))
  readonly #books = new Set<BookCalls>()
  readonly #inquiries = new Set<string>()
  #beside = 0

  constructor(max: number) {
    this.#places = createQuotas(max)
  }

  get length(): number {
    return this.#places.taken() + this.#beside
  }

  /** Whether the call's own book has too many queued calls: more than its equal part of `max`. */
  isLong(call: PlannedCall, max: number): boolean {
    return this.length >= max && this.#places.of(takerOf(call)) * this.#rotation.waiting >= max
  }

  /** False when the book has no place for it. */
  push(call: PlannedCall, nowMs: number): boolean {
    const { book, id } = call.attempt
    if (call.ask === 'inquire' && this.#inquiries.has(id)) return true
    const hasPlace = this.#places.take(takerOf(call), 1)
    if (!hasPlace) {
      if (call.isByHand !== true) return false
      this.#beside += 1
    }
    if (call.ask === 'inquire') this.#inquiries.add(id)
    const own = this.#rotation.join(book)
    own.calls.push({ call, sinceMs: nowMs, hasPlace })
    this.#books.add(own)
    return true
  }

  take(): Waiting | undefined {
    for (;;) {
      const own = this.#rotation.first()
      if (own === undefined) return undefined
      const first = own.calls.shift()
      if (own.calls.length === 0) this.#books.delete(own)
      this.#rotation.serve(first === undefined ? 0 : 1, own.calls.length > 0)
      if (first === undefined) continue
      this.#leave(first)
      return first
    }
  }

  takeStale(untilMsOf: (call: PlannedCall) => number): PlannedCall[] {
    const stale: PlannedCall[] = []
    for (const own of this.#books) {
      const left = new Set(own.calls.filter((waiting) => isStale(waiting, untilMsOf(waiting.call))))
      if (left.size === 0) continue
      for (const waiting of left) {
        this.#leave(waiting)
        stale.push(waiting.call)
      }
      own.calls = own.calls.filter((waiting) => !left.has(waiting))
      // The book's turn is skipped when it comes.
      if (own.calls.length === 0) this.#books.delete(own)
    }
    return stale
  }

  #leave({ call, hasPlace }: Waiting): void {
    if (hasPlace) this.#places.release(takerOf(call), 1)
    else this.#beside -= 1
    if (call.ask === 'inquire') this.#inquiries.delete(call.attempt.id)
  }
}

export function isStale({ call, sinceMs }: Waiting, untilMs: number): boolean {
  return call.ask === 'submit' && sinceMs <= untilMs
}

/** The sender within the book is no longer known when the rail is called. */
function takerOf({ attempt: { book } }: PlannedCall): Taker {
  return { group: book, sender: String(book) }
}
