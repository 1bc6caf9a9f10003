import { fromMicros } from '#platform/postgres'
/**
 * A page of a list. `next` is the cursor of the next page; undefined on the last page. A page may be short, even empty,
 * and still have a `next`: a request scans a bounded number of rows, and the next request goes on from there.
 */
export type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next: Cursor | undefined }

/** The result of one step along a stream. */
export type Step<Item, Cursor> = {
  readonly items: readonly Item[]
  /** How far the step came; undefined when the stream ended. */
  readonly reached: Cursor | undefined
}

/** A page is searched in up to three rounds: a small one that is enough for most pages, then larger ones. */
export type Round = 'small' | 'medium' | 'large'

const allRounds: readonly Round[] = ['small', 'medium', 'large']

/** Rows that the first two rounds of a list scan if the list can afford it; more where more are wanted. */
export const smallRound = 256
export const mediumRound = 1024

/**
 * No further round starts after this many milliseconds. The size of a round bounds its usual cost, but rows that have
 * not been read for long cost many times more than recent ones.
 */
const roundsMs = 7

/**
 * Walks an ordered stream until the page is full, the stream ends, or the rounds or their time are over. `step` scans
 * the round's number of rows after the cursor. It returns at least `wanted` items if it finds so many.
 */
export async function walk<Item, Cursor>(options: {
  readonly limit: number
  readonly from: Cursor | undefined
  readonly cursorOf: (item: Item) => Cursor
  readonly step: (from: Cursor | undefined, wanted: number, round: Round) => Promise<Step<Item, Cursor>>
  /** Default: all rounds. */
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

/** Whether PostgreSQL can store the text. No filter finds text that it cannot store. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** SQL that turns an expression for a Timestamp into a timestamptz. It is exact for every safe integer. */
export function instant(expression: string): string {
  return fromMicros(`${expression}::float8`)
}
