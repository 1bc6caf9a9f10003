import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { laneNumber } from '../dispatching/enqueue.ts'
import { type LaneName, laneNames } from '../lanes.ts'

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
  readonly discardedAt: Timestamp | undefined
}

export type DeadLetterFilter = {
  readonly book: number
  readonly lane?: LaneName | undefined
  readonly kind?: string | undefined
  readonly vendor?: string | undefined
  readonly code?: string | undefined
  readonly cause?: DeadLetter['cause'] | undefined
  readonly replayed?: boolean | undefined
  readonly discarded?: boolean | undefined
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
  discarded_at: bigint | null
}

const letterTime = (column: string) => `${micros(`letter.${column}`)} as ${column}`
const columns = `letter.id, letter.lane, letter.kind, vendor.code as vendor, letter.subject, letter.payload,
  letter.attempts, letter.cause, letter.code, letter.reason, ${letterTime('enqueued_at')}, ${letterTime('died_at')},
  ${letterTime('replayed_at')}, ${letterTime('discarded_at')}`
const withVendor = 'left join lanes.vendors vendor on vendor.number = letter.tenant'

/** The conditions for a row `letter`. Adds their values to `values`, the book as the first. */
export function conditionsOf(filter: DeadLetterFilter, values: unknown[]): string {
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
  const { replayed, discarded } = filter
  for (const [column, isSet] of Object.entries({ replayed_at: replayed, discarded_at: discarded })) {
    if (isSet !== undefined) conditions.push(`letter.${column} is ${isSet ? 'not ' : ''}null`)
  }
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

export async function findDeadLetter(
  queryable: Queryable,
  { book, id }: { readonly book: number; readonly id: Uuid },
): Promise<DeadLetter | undefined> {
  const rows = await queryable.query<DeadLetterRow>({
    text: `select ${columns} from lanes.dead_letters letter ${withVendor}
      where letter.book_id = $1 and letter.id = $2`,
    values: [book, id],
  })
  return rows[0] && toDeadLetter(rows[0])
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
    discardedAt: row.discarded_at === null ? undefined : Number(row.discarded_at),
  }
}
