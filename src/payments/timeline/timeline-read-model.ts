import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { attemptTable, toAttempt } from '../engine/rows/attempt-store.ts'
import type { TextRow } from '../engine/rows/row-text.ts'
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
  const rows = await database.query<{ cells: TextRow }>({
    text: `
      select ${attemptTable.cells}
      from payments.attempts p where p.root_id = $1::uuid and p.book_id = $2
      order by p.created_at, p.id limit $3`,
    values: [root, book, rowsMax],
  })
  return rows.map(({ cells }) => toAttempt(cells))
}
