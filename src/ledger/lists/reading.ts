import { fromMicros } from '#platform/postgres'
/** `next` is undefined on the last page. A page may be short or empty and have a `next`, as scans are bounded. */
export type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next: Cursor | undefined }

export type Step<Item, Cursor> = {
  readonly items: readonly Item[]
  /** Undefined when the stream ended. */
  readonly reached: Cursor | undefined
}

export type Round = 'small' | 'medium' | 'large'

const allRounds: readonly Round[] = ['small', 'medium', 'large']

/** Rows that the first two rounds scan, unless a list needs other numbers. */
export const smallRound = 256
export const mediumRound = 1024

/** No further round starts after this time. Rows that were not read for long cost many times more than recent ones. */
const roundsMs = 7

export async function walk<Item, Cursor>(options: {
  readonly limit: number
  readonly from: Cursor | undefined
  readonly cursorOf: (item: Item) => Cursor
  /** Scans the round's rows after `from`. Returns at least `wanted` items if it finds so many. */
  readonly step: (from: Cursor | undefined, wanted: number, round: Round) => Promise<Step<Item, Cursor>>
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

/** PostgreSQL cannot store this character, so no filter finds such text. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** SQL for a Timestamp as timestamptz, exact for every safe integer. */
export function instant(expression: string): string {
  return fromMicros(`${expression}::float8`)
}
