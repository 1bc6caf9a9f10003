import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { laneNumber } from '../dispatching/enqueue.ts'
import { type LaneName, laneNames, type ReplayedSubject, type ReplayFilter } from '../lanes.ts'

export type DeadLetter = {
  readonly id: Uuid
  readonly lane: LaneName
  readonly kind: string
  readonly vendor: string | undefined
  readonly subject: Uuid
  readonly payload: string
  readonly attempts: number
  /** `permanent`: the message can never succeed as it is. `exhausted`: it was tried too often. */
  readonly cause: 'permanent' | 'exhausted'
  readonly code: string
  readonly reason: string
  readonly enqueuedAt: Timestamp
  readonly diedAt: Timestamp
  readonly replayedAt: Timestamp | undefined
}

export type DeadLetterFilter = {
  readonly book: number
  readonly lane?: LaneName | undefined
  readonly kind?: string | undefined
  readonly vendor?: string | undefined
  readonly code?: string | undefined
  readonly cause?: DeadLetter['cause'] | undefined
  readonly replayed?: boolean | undefined
}

type DeadLetterRow = {
  id: string
  lane: number
  kind: string
  vendor: string | null
  subject: string
  payload: string
  attempts: number
  cause: DeadLetter['cause']
  code: string
  reason: string
  enqueued_at: bigint
  died_at: bigint
  replayed_at: bigint | null
}

const letterTime = (column: string) => `${micros(`letter.${column}`)} as ${column}`
const columns = `letter.id, letter.lane, letter.kind, vendor.code as vendor, letter.subject, letter.payload,
  letter.attempts, letter.cause, letter.code, letter.reason, ${letterTime('enqueued_at')}, ${letterTime('died_at')},
  ${letterTime('replayed_at')}`
const withVendor = 'left join lanes.vendors vendor on vendor.number = letter.tenant'

function conditionsOf(filter: DeadLetterFilter, values: unknown[]): string {
  const conditions: string[] = []
  const add = (condition: string, value: unknown) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition.replace('?', `$${values.length}`))
  }
  add('letter.book_id = ?', filter.book)
  add('letter.lane = ?', filter.lane && laneNumber(filter.lane))
  add('letter.kind = ?', filter.kind)
  add('letter.tenant = (select number from lanes.vendors where book_id = $1 and code = ?)', filter.vendor)
  add('letter.code = ?', filter.code)
  add('letter.cause = ?', filter.cause)
  if (filter.replayed !== undefined) conditions.push(`letter.replayed_at is ${filter.replayed ? 'not ' : ''}null`)
  return conditions.join(' and ')
}

export async function listDeadLetters(
  queryable: Queryable,
  filter: DeadLetterFilter,
  page: { readonly before: Uuid | undefined; readonly limit: number },
): Promise<DeadLetter[]> {
  const values: unknown[] = []
  const conditions = conditionsOf(filter, values)
  values.push(page.before ?? null, page.limit)
  const rows = await queryable.query<DeadLetterRow>({
    text: `select ${columns} from lanes.dead_letters letter ${withVendor}
      where ${conditions} and ($${values.length - 1}::uuid is null or letter.id < $${values.length - 1})
      order by letter.id desc limit $${values.length}`,
    values,
  })
  return rows.map(toDeadLetter)
}

/** With `lock`, no other transaction replays the letter until this one ends. */
export async function findDeadLetter(
  queryable: Queryable,
  { book, id, lock }: { readonly book: number; readonly id: Uuid; readonly lock: boolean },
): Promise<DeadLetter | undefined> {
  const rows = await queryable.query<DeadLetterRow>({
    text: `select ${columns} from lanes.dead_letters letter ${withVendor}
      where letter.book_id = $1 and letter.id = $2 ${lock ? 'for update of letter' : ''}`,
    values: [book, id],
  })
  return rows[0] && toDeadLetter(rows[0])
}

/** `subjects` have no dead letter of their kind left. */
export type Replayed = {
  readonly count: number
  readonly subjects: readonly (ReplayedSubject & { readonly kind: string })[]
}

/** Attempts restart at zero: a replay assumes a repaired cause. Skips letters that another transaction is replaying. */
export async function replayMatching(
  tx: Queryable,
  { id, subject, ...filter }: ReplayFilter,
  options: { readonly by?: Uuid; readonly max: number },
): Promise<Replayed> {
  const values: unknown[] = []
  let conditions = conditionsOf({ ...filter, replayed: false }, values)
  for (const [column, value] of Object.entries({ id, subject })) {
    if (value === undefined) continue
    values.push(value)
    conditions += ` and letter.${column} = $${values.length}`
  }
  values.push(options.by ?? null, options.max)
  const rows = await tx.query<{ id: string; kind: string; book_id: number; subject: string; payload: string }>({
    text: `with chosen as (
        select letter.id from lanes.dead_letters letter where ${conditions}
        order by letter.id limit $${values.length} for update skip locked
      ), replayed as (
        update lanes.dead_letters letter set replayed_at = now(), replayed_by = $${values.length - 1}
        from chosen where letter.id = chosen.id
        returning letter.id, lane, kind, tenant, book_id, subject, payload
      ), enqueued as (
        insert into lanes.messages (lane, kind, tenant, book_id, subject, payload)
        select lane, kind, tenant, book_id, subject, payload from replayed order by id
      )
      select id, kind, book_id, subject, payload from replayed order by id`,
    values,
  })
  if (rows.length === 0) return { count: 0, subjects: [] }
  const left = await tx.query<{ kind: string; subject: string }>({
    text: `select distinct kind, subject from lanes.dead_letters
      where subject = any ($1::uuid[]) and replayed_at is null`,
    values: [rows.map((row) => row.subject)],
  })
  const waiting = new Set(left.map(({ kind, subject: one }) => `${kind} ${one}`))
  const subjects = new Map<string, Replayed['subjects'][number]>()
  for (const row of rows) {
    const name = `${row.kind} ${row.subject}`
    if (waiting.has(name)) continue
    const { kind, payload, book_id: book } = row
    subjects.set(name, { kind, book, subject: toUuid(row.subject), payload })
  }
  return { count: rows.length, subjects: [...subjects.values()] }
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: toUuid(row.id),
    lane: laneNames[row.lane] ?? 'bulk',
    kind: row.kind,
    vendor: row.vendor ?? undefined,
    subject: toUuid(row.subject),
    payload: row.payload,
    attempts: row.attempts,
    cause: row.cause,
    code: row.code,
    reason: row.reason,
    enqueuedAt: Number(row.enqueued_at),
    diedAt: Number(row.died_at),
    replayedAt: row.replayed_at === null ? undefined : Number(row.replayed_at),
  }
}
