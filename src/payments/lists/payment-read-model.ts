import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { Page } from '#ledger'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import type { Metadata, Payment, PaymentPhase, PaymentSource, PaymentState, Share } from '../payment.ts'
import { type ListSource, listByFilter } from './list-read-model.ts'
import { noMetadata, readOptionalTime, readShares, type StoredShare } from './row-values.ts'

export type PaymentFilter = {
  readonly state?: PaymentState | undefined
  readonly reference?: string | undefined
  readonly vendor?: string | undefined
  /** The rail that carries it now, or carried it last. */
  readonly rail?: string | undefined
  readonly createdFrom?: Timestamp | undefined
  readonly createdTo?: Timestamp | undefined
  readonly metadata?: Metadata | undefined
}

export async function getPayment(database: Queryable, book: number, id: Uuid): Promise<Payment | undefined> {
  const [row] = await database.query<PaymentRow>({
    name: 'payments-view-payment',
    text: `select ${columns} from payments.payments p where p.book_id = $1 and p.id = $2::uuid`,
    values: [book, id],
  })
  return row && toPayment(row)
}

export function listPayments(
  database: Queryable,
  query: { readonly book: number; readonly limit: number; readonly cursor?: Uuid; readonly filter: PaymentFilter },
): Promise<Page<Payment, Uuid>> {
  const { state, reference, vendor, rail, ...rest } = query.filter
  const filter = { ...rest, columns: { reference, vendor_code: vendor, state, rail } }
  return listByFilter(database, source, { ...query, filter })
}

const columns = `
  p.id, p.book_id, ${micros('p.created_at')} as created_at, ${micros('p.expires_at')} as expires_at, p.amount,
  p.amount_capturable, p.amount_capturing, p.amount_captured, p.amount_refunding, p.amount_refunded, p.fee_amount,
  p.fee_captured, p.amount_suspended, p.amount_owed, p.amount_lost,
  p.vendor, p.attempts, p.version, p.current_attempt, p.state, p.phase, p.reason, p.asset, p.capture, p.lane, p.vendor_code,
  p.source_account, p.source_rail, p.source_instrument, p.other_rails, p.destinations, p.fee_account, p.holds, p.rail,
  p.rail_reference, p.reference, p.metadata`

type PaymentRow = {
  id: string
  book_id: number
  created_at: bigint
  expires_at: bigint | null
  amount: bigint
  amount_capturable: bigint
  amount_capturing: bigint
  amount_captured: bigint
  amount_refunding: bigint
  amount_refunded: bigint
  fee_amount: bigint | null
  fee_captured: bigint | null
  amount_suspended: bigint
  amount_owed: bigint
  amount_lost: bigint
  vendor: number
  attempts: number
  version: number
  current_attempt: string | null
  state: PaymentState
  phase: PaymentPhase
  reason: string | null
  asset: string
  capture: Payment['capture']
  lane: LaneName
  vendor_code: string | null
  source_account: string | null
  source_rail: string | null
  source_instrument: string | null
  other_rails: string[] | null
  destinations: StoredShare[]
  fee_account: string | null
  holds: string[] | null
  rail: string | null
  rail_reference: string | null
  reference: string | null
  metadata: Metadata | null
}

const source: ListSource<PaymentRow, Payment> = {
  kind: 'payment',
  table: 'payments.payments',
  columns,
  indexed: ['reference', 'vendor_code'],
  toItem: toPayment,
}

function toPayment(row: PaymentRow): Payment {
  return {
    id: toUuid(row.id),
    book: row.book_id,
    state: row.state,
    reason: row.reason ?? undefined,
    phase: row.phase,
    asset: row.asset,
    amount: row.amount,
    source: toSource(row),
    destinations: readShares(row.destinations),
    fee: toFee(row),
    capture: row.capture,
    amountCapturable: row.amount_capturable,
    amountCapturing: row.amount_capturing,
    amountCaptured: row.amount_captured,
    amountRefunding: row.amount_refunding,
    amountRefunded: row.amount_refunded,
    ...(row.amount_suspended !== 0n && { amountSuspended: row.amount_suspended }),
    ...(row.amount_owed !== 0n && { amountOwed: row.amount_owed }),
    ...(row.amount_lost !== 0n && { amountLost: row.amount_lost }),
    holds: row.holds ?? [],
    currentAttempt: row.current_attempt === null ? undefined : toUuid(row.current_attempt),
    rail: row.rail ?? undefined,
    railReference: row.rail_reference ?? undefined,
    attempts: row.attempts,
    vendor: row.vendor,
    vendorCode: row.vendor_code ?? undefined,
    lane: row.lane,
    reference: row.reference ?? undefined,
    metadata: row.metadata ?? noMetadata,
    expiresAt: readOptionalTime(row.expires_at),
    createdAt: Number(row.created_at),
    version: row.version,
  }
}

function toFee({ fee_account: account, fee_amount: amount, fee_captured: captured }: PaymentRow): Share | undefined {
  if (account === null || amount === null) return undefined
  return captured === null ? { account, amount } : { account, amount, captured }
}

function toSource(row: PaymentRow): PaymentSource {
  if (row.source_account !== null) return { kind: 'wallet', account: row.source_account }
  return {
    kind: 'rail',
    rail: row.source_rail ?? '',
    instrument: row.source_instrument ?? '',
    otherRails: row.other_rails ?? [],
  }
}
