import { type Page, type PageRequest, toPage } from './page.ts'

/** The items that a scan found. `reached` is the cursor at which it stopped; undefined at the end of the list. */
export type Scanned<Item, Cursor> = {
  readonly items: readonly Item[]
  readonly reached: Cursor | undefined
  /** The items have so many bytes that the page ends with them. */
  readonly isFull?: boolean
}

/** Rows that were not read for long cost many times more than recent ones. */
const roundsMsDefault = 7

/**
 * Reads a page in rounds, each of which scans a bounded number of rows. A page that is not full after the last round is
 * short, and goes on where that round stopped.
 */
export async function readInRounds<Item, Cursor, Round>({
  limit,
  cursor,
  cursorOf,
  rounds,
  roundsMs = roundsMsDefault,
  scan,
}: PageRequest<Cursor> & {
  readonly cursorOf: (item: Item) => Cursor
  readonly rounds: readonly Round[]
  /** No further round starts after this time. */
  readonly roundsMs?: number
  /** Scans the round's rows after the cursor. Returns at least `wanted` items if it finds so many. */
  readonly scan: (from: {
    readonly cursor: Cursor | undefined
    readonly wanted: number
    readonly round: Round
  }) => Promise<Scanned<Item, Cursor>>
}): Promise<Page<Item, Cursor>> {
  const items: Item[] = []
  const begun = performance.now()
  let next = cursor
  for (const round of rounds) {
    const {
      items: found,
      reached,
      isFull = false,
    } = await scan({ cursor: next, wanted: limit + 1 - items.length, round })
    items.push(...found)
    if (items.length > limit || reached === undefined) return toPage(items, limit, cursorOf)
    next = reached
    if (isFull || performance.now() - begun > roundsMs) break
  }
  return { items, next }
}
