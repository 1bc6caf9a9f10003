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

export function createServerNotes(database: Database): ServerNotes {
  let switchedAt: Timestamp | undefined
  let unnoted = 0
  let isStopped = false

  const note = async (isSwitch: boolean) => {
    const rows = await database.query<{ at: string | null }>({ text: noteText, values: [isSwitch] })
    switchedAt = rows[0]?.at == null ? undefined : Number(rows[0].at)
  }
  const noteAtLast = async () => {
    unnoted += 1
    while (!isStopped) {
      try {
        await note(true)
        break
      } catch {
        // The server is still being taken over.
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
      }
    }
    unnoted -= 1
  }
  const unregister = database.onNewEpoch(() => void noteAtLast())
  return {
    start: () => note(false),
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

// A start finds a server that was restarted, and lacks nothing, unless it has another timeline. A connection that
// reaches another server shows more: this process may have seen commits that are lost.
const timeline = "split_part(identity, ' ', 2)"
const noteText = `with mine as (select ${serverIdentityText} as identity), noted as (
    insert into payments.servers as s (identity, is_switch)
    select identity, $1::boolean or exists (select from payments.servers)
      and ${timeline} not in (select ${timeline} from payments.servers)
    from mine
    on conflict (identity) do update set is_switch = s.is_switch or excluded.is_switch
    returning is_switch, noted_at
  ), known as (select is_switch, noted_at from payments.servers union all select is_switch, noted_at from noted)
  select ${micros('max(noted_at)')}::text as at from known where is_switch`
