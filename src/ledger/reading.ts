/**
 * A page of a list. `next` is where the next page starts, to be given back as the list's cursor;
 * undefined on the last page. A page may be short, even empty, and still have a `next`: a request
 * looks at a bounded number of rows, and goes on from there when asked again.
 */
export type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next: Cursor | undefined }

/** What one step along a stream found. */
export type Step<Item, Cursor> = {
  readonly items: readonly Item[]
  /** How far the step came; undefined when the stream ended. */
  readonly reached: Cursor | undefined
}

/** A page is sought in up to three rounds: a small one that is enough for most pages, then larger ones. */
export type Round = 'small' | 'medium' | 'large'

const allRounds: readonly Round[] = ['small', 'medium', 'large']

/** Rows that the first two rounds of any list look at, as far as they can afford it; more where more are wanted. */
export const smallRound = 256
export const mediumRound = 1024

/**
 * No further round begins after so many milliseconds. Rounds are bounded by what their rows cost at
 * most, but rows that nobody has read for long cost many times what recent ones do.
 */
const roundsMs = 7

/**
 * Walks an ordered stream until the page is full, the stream ends, or the rounds or their time are over. `step`
 * looks at a number of rows after the cursor, fixed by the round, and gives at least `wanted` items
 * if it comes upon so many.
 */
export async function walk<Item, Cursor>(options: {
  readonly limit: number
  readonly from: Cursor | undefined
  readonly cursorOf: (item: Item) => Cursor
  readonly step: (from: Cursor | undefined, wanted: number, round: Round) => Promise<Step<Item, Cursor>>
  /** Which rounds; all of them when not given. */
  readonly rounds?: readonly Round[]
}): Promise<Page<Item, Cursor>> {
  const { limit, cursorOf } = options
  const items: Item[] = []
  const begun = performance.now()
  let from = options.from
  for (const round of options.rounds ?? allRounds) {
    const step = await options.step(from, limit + 1 - items.length, round)
    items.push(...step.items)
    const last = items[limit - 1]
    if (items.length > limit && last !== undefined) return { items: items.slice(0, limit), next: cursorOf(last) }
    if (step.reached === undefined) return { items, next: undefined }
    from = step.reached
    if (performance.now() - begun > roundsMs) break
  }
  return { items, next: from }
}

/** Whether PostgreSQL can store the text at all; what it cannot store, no filter can find. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** SQL for an expression that holds a Timestamp, as a timestamptz. Every safe integer is exact in it. */
export function instant(expression: string): string {
  return `(timestamptz 'epoch' + ${expression}::float8 * interval '1 microsecond')`
}

/** SQL for a timestamptz as a Timestamp: whole microseconds since 1970. */
export function micros(expression: string): string {
  return `(extract(epoch from ${expression}) * 1000000)::bigint`
}

/** A UUID as PostgreSQL prints it, in the form used inside the program. */
export function compactUuid(uuid: string): string {
  return uuid.replaceAll('-', '')
}
