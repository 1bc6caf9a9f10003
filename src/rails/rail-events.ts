import { formatTimestamp, type Timestamp } from '#kernel'
import { appendEventsSteps } from '#platform/outbox'
import type { Queryable, Transaction } from '#platform/postgres'

/** Every book gets these events, because any book may have payments on the rail. */
export const railEventTypes = ['rail.down', 'rail.up', 'rail.paused', 'rail.resumed'] as const
export type RailEventType = (typeof railEventTypes)[number]

export type RailNotice = {
  readonly type: RailEventType
  readonly rail: string
  readonly since: Timestamp
  readonly retryAt: Timestamp | undefined
}

export type ReadBooks = (on: Queryable) => Promise<readonly number[]>

export async function appendRailEvents(
  tx: Transaction,
  readBooks: ReadBooks,
  notices: readonly RailNotice[],
): Promise<void> {
  if (notices.length === 0) return
  const books = await readBooks(tx)
  const events = books.flatMap((book) =>
    notices.map(({ type, rail, since, retryAt }) => ({
      book,
      type,
      data: JSON.stringify({
        rail,
        since: formatTimestamp(since),
        retry_at: retryAt === undefined ? null : formatTimestamp(retryAt),
      }),
    })),
  )
  const at = Math.max(...notices.map(({ since }) => since))
  await tx.burst(appendEventsSteps(at, events))
}
