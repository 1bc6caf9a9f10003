import type { Timestamp } from '#kernel'
import { type Database, micros, serverCopyOf, serverIdentityText, textArray } from '#platform/postgres'

/**
 * Knows since when another server has the database. That one may lack attempts that rails have got: of payments that
 * were accepted before, and of those that clients request again soon after.
 */
export type ServerNotes = {
  readonly start: () => Promise<void>
  readonly mayBeLost: (subject: { readonly createdAt: Timestamp }, now: Timestamp) => boolean
  /** The same without an end: what is held for days is released when `mayBeLost` is over. */
  readonly hasSwitched: (subject: { readonly createdAt: Timestamp }) => boolean
  readonly stop: () => void
}

/** Clients repeat unanswered requests within this time. */
const repeatedWithinMs = 10 * 60_000
/** What waits for a rail has an operator by then. */
const openWithinMs = 2 * 24 * 3_600_000
const pauseMs = 500

/** What is known of a restore, besides what the database shows. */
export type ServerEvidence = {
  /** An operator names a restore from an older copy, which cannot always be seen. */
  readonly restored?: string | undefined
  /** The server's files since its last stop: the same, even if their owner has changed, or those of an older copy. */
  readonly files?: 'same' | 'older' | undefined
}

export function createServerNotes(database: Database, { restored, files }: ServerEvidence = {}): ServerNotes {
  let switchedAt: Timestamp | undefined
  let unnoted = 0
  let isStopped = false
  /** The servers that this process has reached; the last one is the latest. */
  const reached = new Set<string>()

  const note = async (isSwitch: boolean) => {
    const copy = (await serverCopyOf(database)) ?? null
    const values = [isSwitch, copy, restored ?? null, files === 'same', textArray([...reached])]
    const [row] = await database.query<{ at: string | null; identity: string }>({ text: noteText, values })
    switchedAt = row?.at == null ? undefined : Number(row.at)
    if (row === undefined) return
    reached.delete(row.identity)
    reached.add(row.identity)
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
  const hasSwitched: ServerNotes['hasSwitched'] = ({ createdAt }) =>
    unnoted > 0 || (switchedAt !== undefined && createdAt < switchedAt + repeatedWithinMs * 1_000)
  return {
    start: () => note(files === 'older'),
    mayBeLost: (subject, now) => {
      const isOver = unnoted === 0 && switchedAt !== undefined && now > switchedAt + openWithinMs * 1_000
      return !isOver && hasSwitched(subject)
    },
    hasSwitched,
    stop: () => {
      isStopped = true
      unregister()
    },
  }
}

// A start finds a server that was restarted, and lacks nothing, unless it has another timeline, other files, or a restore
// that was not noted before. A connection that reaches another server shows more: this process may have seen commits
// that are lost. A server that had the database before lacks what happened at the one between: this process was here, or
// it comes from one that is not known here. A process that only comes late comes from a known one.
const timeline = "split_part(identity, ' ', 2)"
const isCopy = `exists (select from payments.servers where copy is not null)
  and $2 not in (select copy from payments.servers where copy is not null)`
const noteText = `with mine as (select ${serverIdentityText} as identity), noted as (
    insert into payments.servers as s (identity, is_switch, copy)
    select identity, $1::boolean or exists (select from payments.servers)
      and (${timeline} not in (select ${timeline} from payments.servers where identity not like 'restored %')
        or coalesce(${isCopy} and not $4::boolean, false)), $2::text
    from mine
    on conflict (identity) do update set is_switch = s.is_switch or excluded.is_switch, copy = excluded.copy,
      noted_at = case when $1 and (s.identity = any ($5::text[])
        or ($5::text[])[cardinality($5::text[])] not in (select identity from payments.servers)) then now() else s.noted_at end
    returning is_switch, noted_at
  ), restored as (
    insert into payments.servers (identity, is_switch)
    select 'restored ' || $3::text, true where $3 is not null
    on conflict (identity) do update set is_switch = true
    returning is_switch, noted_at
  ), known as (select is_switch, noted_at from payments.servers union all select is_switch, noted_at from noted
    union all select is_switch, noted_at from restored)
  select ${micros('max(noted_at)')}::text as at, (select identity from mine) from known where is_switch`
