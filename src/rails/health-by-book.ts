// A rail is down when it fails for most of the books that use it. One book alone, such as one whose instrument hangs,
// takes it down only for itself: when no other book uses it.

/** Of one book. `refused`: submissions that could not be sent since its last answer. `permits`: of the current trial. */
export type BookHealth = {
  readonly calls: number
  readonly failures: number
  readonly callsBefore: number
  readonly failuresBefore: number
  readonly refused: number
  readonly permits: number
}

export type HealthByBook = Readonly<Record<number, BookHealth>>

export type BookCounts = Pick<BookHealth, 'calls' | 'failures' | 'refused'> & { readonly answered: boolean }

export type CountsByBook = ReadonlyMap<number, BookCounts>

/** Of more books, these represent the others. */
export const booksMax = 64

const unheard: BookHealth = { calls: 0, failures: 0, callsBefore: 0, failuresBefore: 0, refused: 0, permits: 0 }

export function addBookCounts(books: HealthByBook, counts: CountsByBook): HealthByBook {
  const added: Record<number, BookHealth> = { ...noted(books, counts.keys()) }
  for (const [book, { calls, failures, refused, answered }] of counts) {
    const one = added[book]
    if (one === undefined) continue
    added[book] = {
      ...one,
      calls: one.calls + calls,
      failures: one.failures + failures,
      refused: (answered ? 0 : one.refused) + refused,
    }
  }
  return added
}

/** With those that have called, or asked to call, the rail. */
export function noted(books: HealthByBook, called: Iterable<number>): HealthByBook {
  let known = books
  for (const book of called) {
    if (known[book] === undefined && sizeOf(known) < booksMax) known = { ...known, [book]: unheard }
  }
  return known
}

/** The window before, with `isStale`, is too long ago to count. Books that are silent in both are forgotten. */
export function rollBooks(books: HealthByBook, isStale: boolean): HealthByBook {
  const rolled: Record<number, BookHealth> = {}
  for (const [book, { calls, failures, refused }] of Object.entries(books)) {
    if (isStale || calls === 0) continue
    rolled[Number(book)] = { ...unheard, callsBefore: calls, failuresBefore: failures, refused }
  }
  return rolled
}

/** They stay known, so that the trial of the rail divides its permits among them. */
export function unheardOf(books: HealthByBook): HealthByBook {
  return Object.fromEntries(Object.keys(books).map((book) => [book, unheard]))
}

/** Whether most of the books that have been heard fail. */
export function isFailingForMost(books: HealthByBook, failureShare: number): boolean {
  const heard = heardIn(books)
  const failing = heard.filter((one) => {
    const calls = one.calls + one.callsBefore
    return one.failures + one.failuresBefore >= calls * failureShare
  })
  return heard.length === 0 || failing.length * 2 > heard.length
}

/** Whether more than one book is refused, or the only one. */
export function isRefusing(books: HealthByBook): boolean {
  const refused = Object.values<BookHealth>(books).filter(({ refused: count }) => count > 0)
  return refused.length > 1 || heardIn(books).length <= 1
}

/** Other books use the rail, and none of them has been heard. */
export function isOneOfSeveral(books: HealthByBook): boolean {
  return heardIn(books).length === 1 && sizeOf(books) > 1
}

export type Permitted = { readonly books: HealthByBook; readonly taken: ReadonlyMap<number, number> }

/** Books take turns. Of several books, none gets more than `ofBook` permits of a trial. */
export function permitted(
  known: HealthByBook,
  demand: ReadonlyMap<number, number>,
  { left, ofBook }: { readonly left: number; readonly ofBook: number },
): Permitted {
  const books: Record<number, BookHealth> = { ...noted(known, demand.keys()) }
  const most = sizeOf(books) > 1 ? ofBook : Number.POSITIVE_INFINITY
  const taken = new Map<number, number>()
  let free = left
  for (let isGiven = true; isGiven; ) {
    isGiven = false
    for (const [book, wanted] of demand) {
      const [had, one] = [taken.get(book) ?? 0, books[book]]
      if (free === 0 || had >= wanted || one === undefined || one.permits >= most) continue
      books[book] = { ...one, permits: one.permits + 1 }
      taken.set(book, had + 1)
      free -= 1
      isGiven = true
    }
  }
  return { books, taken }
}

function heardIn(books: HealthByBook): BookHealth[] {
  return Object.values<BookHealth>(books).filter(({ calls, callsBefore }) => calls + callsBefore > 0)
}

function sizeOf(books: HealthByBook): number {
  return Object.keys(books).length
}
