import type { Rail } from '#rails'
import type { PlannedCall } from '../handling/batch.ts'
import type { Allowed } from './rail-line.ts'

/** What gives money back or lets it go comes first. */
export type Direction = 'backwards' | 'forward'

export function directionOf({ ask, attempt: { operation } }: PlannedCall): Direction {
  return ask === 'reverse' || operation === 'void' || operation === 'refund' ? 'backwards' : 'forward'
}

/** Calls under way at once on a rail without a limit of its own. One book gets at most 512 of them. */
const forwardMax = 586
/** Besides, for refunds and releases: one book gets at most 64. Of a rail with a limit of its own: this part of it. */
const backwardsMax = 73
const backwardsPart = 1 / 8
/** A book gets at most this many times the places that are free then. So does a vendor, if its book has several. */
const bookTimes = 7
const vendorTimes = 3

/** `keeps`: places are kept free for books and vendors that have not called the rail yet. */
type Limits = { readonly all: number; readonly forward: number; readonly keeps: boolean }

/** A part is kept free for calls backwards. */
function limitsOf(rail: Rail | undefined): Limits {
  const all = rail?.callsMax?.()
  if (all === undefined) return { all: forwardMax + backwardsMax, forward: forwardMax, keeps: true }
  return { all, forward: all > 1 ? all - Math.ceil(all * backwardsPart) : all, keeps: false }
}

type Counts = Record<Direction, number>
type Held = { readonly counts: Counts; readonly vendors: Map<number, Counts> }

/**
 * The calls under way on one rail. A slow call keeps its place for long, so turns alone are not fair: a book, or a
 * vendor, with many slow calls could have all places. There is always a place for the next one.
 */
export class RailPlaces {
  readonly #taken: Counts = { backwards: 0, forward: 0 }
  readonly #held = new Map<number, Held>()
  /** The books, and the vendors of each book, that called first: with others, the rail is shared. */
  #firstBook: number | undefined
  readonly #firstVendors = new Map<number, number>()
  #isShared = false
  readonly #dividedBooks = new Set<number>()

  get underWay(): number {
    return this.#taken.backwards + this.#taken.forward
  }

  /** Call it before the call may wait: from then on, the rail is shared with its book and its vendor. */
  expect({ attempt: { book }, vendor = 0 }: PlannedCall): void {
    this.#firstBook ??= book
    if (book !== this.#firstBook) this.#isShared = true
    const firstVendor = this.#firstVendors.get(book)
    if (firstVendor === undefined) this.#firstVendors.set(book, vendor)
    else if (firstVendor !== vendor) this.#dividedBooks.add(book)
  }

  take(call: PlannedCall): void {
    this.#add(call, 1)
  }

  release(call: PlannedCall): void {
    this.#add(call, -1)
  }

  /** Undefined when no call of the direction may be made now. */
  allowed(rail: Rail | undefined, direction: Direction): Allowed | undefined {
    const limits = limitsOf(rail)
    const freeOfAll = limits.all - this.underWay
    const free = direction === 'forward' ? Math.min(freeOfAll, limits.forward - this.#taken.forward) : freeOfAll
    if (free <= 0) return undefined
    const mayHave = (held: Counts | undefined, times: number) => {
      const own = held === undefined ? 0 : direction === 'forward' ? held.forward : held.forward + held.backwards
      return own === 0 || own + 1 <= times * (free - 1)
    }
    const isDivided = (book: number) =>
      this.#dividedBooks.has(book) || (limits.keeps && (this.#firstVendors.get(book) ?? 0) > 0)
    return {
      book: (book) => (!limits.keeps && !this.#isShared) || mayHave(this.#held.get(book)?.counts, bookTimes),
      vendor: ({ book, vendor }) => !isDivided(book) || mayHave(this.#held.get(book)?.vendors.get(vendor), vendorTimes),
    }
  }

  #add(call: PlannedCall, count: number): void {
    const { attempt, vendor = 0 } = call
    const direction = directionOf(call)
    const held = this.#held.get(attempt.book) ?? { counts: { backwards: 0, forward: 0 }, vendors: new Map() }
    const ofVendor = held.vendors.get(vendor) ?? { backwards: 0, forward: 0 }
    for (const counts of [this.#taken, held.counts, ofVendor]) counts[direction] += count
    held.vendors.set(vendor, ofVendor)
    this.#held.set(attempt.book, held)
    if (ofVendor.backwards + ofVendor.forward === 0) held.vendors.delete(vendor)
    if (held.vendors.size === 0) this.#held.delete(attempt.book)
  }
}
