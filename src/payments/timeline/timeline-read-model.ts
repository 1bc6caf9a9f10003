import type { Timestamp, Uuid } from '#kernel'
import { fromMicros, micros, type Queryable, toUuid } from '#platform/postgres'
import { attemptTable, toAttempt } from '../engine/rows/attempt-store.ts'
import { captureTable, toCapture } from '../engine/rows/capture-store.ts'
import { refundTable, toRefund } from '../engine/rows/refund-store.ts'
import type { RowTable, TextRow } from '../engine/rows/row-text.ts'
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

/** The first `limit` records of each kind from that time on. */
export type TimelineStretch = { readonly from: Timestamp; readonly limit: number }

type Named = { readonly book: number; readonly id: Uuid }

export async function readPaymentTimeline(
  database: Queryable,
  { book, id }: Payment,
  stretch: TimelineStretch,
): Promise<TimelineRecords> {
  // Sequential: a request has one connection at a time.
  const captures = await readCells(database, captureTable, { owner: 'payment_id', book, id }, stretch)
  const refunds = await readCells(database, refundTable, { owner: 'payment_id', book, id }, stretch)
  const records = await readRecords(database, { book, id }, stretch)
  return { captures: captures.map(toCapture), refunds: refunds.map(toRefund), ...records }
}

export async function readPayoutTimeline(
  database: Queryable,
  { book, id }: Payout,
  stretch: TimelineStretch,
): Promise<TimelineRecords> {
  return { captures: [], refunds: [], ...(await readRecords(database, { book, id }, stretch)) }
}

async function readRecords(database: Queryable, root: Named, stretch: TimelineStretch) {
  const steps = await readSteps(database, root, stretch)
  const attempts = await readCells(database, attemptTable, { owner: 'root_id', ...root }, stretch)
  return { steps, attempts: attempts.map(toAttempt) }
}

/** The rows that belong to the payment or payout, the oldest first. `book_id + 0` keeps the plan from the primary key. */
async function readCells(
  database: Queryable,
  { name, cells }: RowTable,
  { owner, book, id }: Named & { readonly owner: 'payment_id' | 'root_id' },
  { from, limit }: TimelineStretch,
): Promise<TextRow[]> {
  const rows = await database.query<{ cells: TextRow }>({
    text: `
      select ${cells} from payments.${name} p
      where p.${owner} = $1::uuid and p.book_id + 0 = $2 and p.created_at >= ${fromMicros('$3::bigint')}
      order by p.created_at, p.id limit $4`,
    values: [id, book, from, limit],
  })
  return rows.map((row) => row.cells)
}

async function readSteps(
  database: Queryable,
  { book, id }: Named,
  { from, limit }: TimelineStretch,
): Promise<readonly KeptStep[]> {
  const rows = await database.query<StepRow>({
    text: `
      select ${micros('s.recorded_at')} as at, s.subject_kind, s.subject_id, s.input, s.state, s.note, s.transfers, s.events
      from payments.steps s
      where s.root_id = $1::uuid and s.book_id = $2 and s.recorded_at >= ${fromMicros('$3::bigint')}
      order by s.recorded_at, s.ordinal limit $4`,
    values: [id, book, from, limit],
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
