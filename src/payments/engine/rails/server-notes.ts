import type { Timestamp } from '#kernel'
import { type Database, micros, serverIdentityText } from '#platform/postgres'

/**
 * Knows since when another server has the database. That one may lack attempts that rails have got: of payments that
 * were accepted before, and of those that clients request again soon after.
 */
export type ServerNotes = {
  readonly start: () => Promise<void>
  readonly mayBeLost: (subject: { readonly createdAt: Timestamp }, now: Timestamp) => boolean
  readonly stop: () => void
}

/** Clients repeat unanswered requests within this time. */
const repeatedWithinMs = 10 * 60_000
/** What waits for a rail has an operator by then. */
const openWithinMs = 2 * 24 * 3_600_000
const pauseMs = 500

export function createServerNotes(database: Database, onFault: (fault: Error) => void): ServerNotes {
  let switchedAt: Timestamp | undefined
  let unnoted = 0
  let isStopped = false

  const note = async () => {
    const rows = await database.query<{ at: string | null }>({
      text: `with mine as (
          insert into payments.servers (identity, is_first)
          select ${serverIdentityText}, not exists (select from payments.servers)
          on conflict do nothing returning is_first, noted_at
        ), known as (select is_first, noted_at from payments.servers union all select is_first, noted_at from mine)
        select ${micros('max(noted_at)')}::text as at from known where not is_first`,
    })
    switchedAt = rows[0]?.at == null ? undefined : Number(rows[0].at)
  }
  const noteAtLast = async () => {
    unnoted += 1
    while (!isStopped) {
      try {
        await note()
        break
      } catch (error) {
        onFault(error as Error)
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
      }
    }
    unnoted -= 1
  }
  const unregister = database.onNewEpoch(() => void noteAtLast())
  return {
    start: note,
    mayBeLost: ({ createdAt }, now) => {
      if (unnoted > 0) return true
      if (switchedAt === undefined || now > switchedAt + openWithinMs * 1_000) return false
      return createdAt < switchedAt + repeatedWithinMs * 1_000
    },
    stop: () => {
      isStopped = true
      unregister()
    },
  }
}
