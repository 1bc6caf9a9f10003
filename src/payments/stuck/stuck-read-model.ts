import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { type StuckReason, stuckReasons } from '../machine.ts'
import type { Stuck, StuckAction, StuckSubject } from './stuck.ts'

/** Which entries; every given part must match. */
export type StuckFilter = {
  readonly state: 'open' | 'resolved' | 'all'
  readonly reason?: StuckReason
  readonly owner?: string
  readonly kind?: StuckSubject['kind']
  /** Open, or once open, for longer than this. */
  readonly olderThanSeconds?: number
}

export type StuckActRecord = {
  /** The id of the API key. */
  readonly actor: Uuid
  readonly action: StuckAction
  /** The evidence, the new owner or the note. */
  readonly text: string | undefined
  readonly at: Timestamp
}

const age = `extract(epoch from coalesce(resolved_at, now()) - since)`
const columns = `id, book_id, subject_kind, subject_id, reason, detail, revision, ${micros('since')} as since,
  floor(${age})::integer as age_seconds, owner, is_deciding, decision, evidence,
  ${micros('resolved_at')} as resolved_at, resolution`

const states = { open: 'and resolved_at is null', resolved: 'and resolved_at is not null', all: '' } as const

/** Entries of the books, newest first, older than `before`. */
export async function listStuck(
  on: Queryable,
  query: {
    readonly books: readonly number[]
    readonly filter: StuckFilter
    readonly limit: number
    readonly before: Uuid | undefined
  },
): Promise<Stuck[]> {
  const { state, reason, owner, kind, olderThanSeconds } = query.filter
  const rows = await on.query<StuckRow>({
    text: `select ${columns}
      from payments.stuck
      where book_id = any ($1::integer[]) and id < $2 ${states[state]}
        and ($4::text is null or reason = $4)
        and ($5::text is null or owner = $5)
        and ($6::text is null or subject_kind = $6)
        and ($7::float8 is null or ${age} > $7)
      order by id desc
      limit $3`,
    values: [
      ...[query.books, query.before ?? lastUuid, query.limit],
      ...[reason ?? null, owner ?? null, kind ?? null, olderThanSeconds ?? null],
    ],
  })
  return rows.map(toStuck)
}

const lastUuid = 'ffffffffffffffffffffffffffffffff'

export async function getStuck(on: Queryable, books: readonly number[], id: Uuid): Promise<Stuck | undefined> {
  const rows = await on.query<StuckRow>({
    text: `select ${columns} from payments.stuck where book_id = any ($1::integer[]) and id = $2`,
    values: [books, id],
  })
  return rows.map(toStuck)[0]
}

/** The acts of operators on an entry, in order. */
export async function listActs(on: Queryable, id: Uuid): Promise<StuckActRecord[]> {
  const rows = await on.query<{ actor: string; action: StuckAction; text: string | null; at: bigint }>({
    text: `select actor, action, text, ${micros('at')} as at from payments.stuck_acts where stuck_id = $1 order by id`,
    values: [id],
  })
  return rows.map(({ actor, action, text, at }) => ({
    actor: toUuid(actor),
    action,
    text: text ?? undefined,
    at: Number(at),
  }))
}

/** For every reason, over all books: the number of open matters, shown or waiting, and the oldest's age in seconds. */
export async function countStuck(
  on: Queryable,
): Promise<ReadonlyMap<StuckReason, { readonly open: number; readonly oldestSeconds: number }>> {
  const rows = await on.query<{ reason: StuckReason; open: bigint; oldest: number }>({
    text: `select matter.reason, count(*) as open, floor(extract(epoch from now() - min(matter.since)))::integer as oldest
      from payments.stuck
      cross join lateral (
        select stuck.reason, stuck.since
        union all
        select waits ->> 'reason', (waits ->> 'since')::timestamptz from jsonb_array_elements(stuck.waiting) waits
      ) matter
      where resolved_at is null
      group by matter.reason`,
  })
  const found = new Map(rows.map(({ reason, open, oldest }) => [reason, { open: Number(open), oldestSeconds: oldest }]))
  return new Map(stuckReasons.map((reason) => [reason, found.get(reason) ?? { open: 0, oldestSeconds: 0 }]))
}

type StuckRow = {
  id: string
  book_id: number
  subject_kind: StuckSubject['kind']
  subject_id: string
  reason: StuckReason
  detail: string
  revision: number
  since: bigint
  age_seconds: number
  owner: string | null
  is_deciding: boolean
  decision: string | null
  evidence: string | null
  resolved_at: bigint | null
  resolution: string | null
}

function toStuck(row: StuckRow): Stuck {
  return {
    id: toUuid(row.id),
    book: row.book_id,
    subject: { kind: row.subject_kind, id: toUuid(row.subject_id) },
    reason: row.reason,
    detail: row.detail,
    revision: row.revision,
    since: Number(row.since),
    ageSeconds: row.age_seconds,
    owner: row.owner ?? undefined,
    isDeciding: row.is_deciding,
    decision: row.decision ?? undefined,
    evidence: row.evidence ?? undefined,
    resolvedAt: row.resolved_at === null ? undefined : Number(row.resolved_at),
    resolution: row.resolution ?? undefined,
  }
}
