import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { listCaptures } from '../lists/capture-read-model.ts'
import { listRefunds } from '../lists/refund-read-model.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'

/** Not yet in order. */
export type TimelineRecords = {
  readonly captures: readonly Capture[]
  readonly refunds: readonly Refund[]
  readonly steps: readonly KeptStep[]
  readonly attempts: readonly KeptAttempt[]
}

export type KeptStep = {
  readonly at: Timestamp
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly input: string
  readonly state: string
  readonly note: string | undefined
  readonly transfers: readonly Uuid[]
  readonly events: readonly string[]
}

export type KeptAttempt = Omit<Attempt, 'book' | 'originalReference' | 'instrument'>

/** Limit of the steps, and of the attempts, shown of one payment: the oldest ones. */
const rowsMax = 2000
const refundsMax = 1000

export async function readPaymentTimeline(database: Queryable, payment: Payment): Promise<TimelineRecords> {
  const { book, id } = payment
  // Sequential: a request has one connection at a time.
  const captures = await listCaptures(database, book, id)
  const refunds = await listRefunds(database, { book, limit: refundsMax, filter: { payment: id } })
  const records = await readRecords(database, book, id)
  return { captures, refunds: refunds.items, ...records }
}

export async function readPayoutTimeline(database: Queryable, { book, id }: Payout): Promise<TimelineRecords> {
  return { captures: [], refunds: [], ...(await readRecords(database, book, id)) }
}

async function readRecords(database: Queryable, book: number, root: Uuid) {
  const steps = await readSteps(database, book, root)
  return { steps, attempts: await readAttempts(database, book, root) }
}

async function readSteps(database: Queryable, book: number, root: Uuid): Promise<readonly KeptStep[]> {
  const rows = await database.query<StepRow>({
    text: `
      select ${micros('s.recorded_at')} as at, s.subject_kind, s.subject_id, s.input, s.state, s.note, s.transfers, s.events
      from payments.steps s where s.root_id = $1::uuid and s.book_id = $2
      order by s.recorded_at, s.ordinal limit $3`,
    values: [root, book, rowsMax],
  })
  return rows.map((row) => ({
    at: Number(row.at),
    subject: { kind: row.subject_kind, id: toUuid(row.subject_id) },
    input: row.input,
    state: row.state,
    note: row.note ?? undefined,
    transfers: row.transfers ?? [],
    events: row.events ?? [],
  }))
}

type StepRow = {
  at: bigint
  subject_kind: SubjectKind
  subject_id: string
  input: string
  state: string
  note: string | null
  transfers: string[] | null
  events: string[] | null
}

async function readAttempts(database: Queryable, book: number, root: Uuid): Promise<readonly KeptAttempt[]> {
  const rows = await database.query<AttemptRow>({
    text: `
      select a.id, a.subject_kind, a.subject_id, ${micros('a.created_at')} as created_at, a.amount, a.asset, a.inquiries,
        a.rail, a.operation, a.state, a.rail_reference, a.reason
      from payments.attempts a where a.root_id = $1::uuid and a.book_id = $2
      order by a.created_at, a.id limit $3`,
    values: [root, book, rowsMax],
  })
  return rows.map((row) => ({
    id: toUuid(row.id),
    subject: { kind: row.subject_kind, id: toUuid(row.subject_id) },
    createdAt: Number(row.created_at),
    amount: row.amount,
    asset: row.asset,
    inquiries: row.inquiries,
    rail: row.rail,
    operation: row.operation,
    state: row.state,
    railReference: row.rail_reference ?? undefined,
    reason: row.reason ?? undefined,
  }))
}

type AttemptRow = {
  id: string
  subject_kind: SubjectKind
  subject_id: string
  created_at: bigint
  amount: bigint
  asset: string
  inquiries: number
  rail: string
  operation: Attempt['operation']
  state: Attempt['state']
  rail_reference: string | null
  reason: string | null
}
