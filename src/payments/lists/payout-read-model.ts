import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { Page } from '#ledger'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import type { Metadata, Payout } from '../payment.ts'
import { type ListSource, listByFilter } from './list-read-model.ts'
import { noMetadata } from './row-values.ts'

export type PayoutFilter = {
  readonly state?: Payout['state'] | undefined
  readonly reference?: string | undefined
  readonly vendor?: string | undefined
  readonly rail?: string | undefined
  /** The code of the account. */
  readonly source?: string | undefined
  readonly createdFrom?: Timestamp | undefined
  readonly createdTo?: Timestamp | undefined
  readonly metadata?: Metadata | undefined
}

export async function getPayout(database: Queryable, book: number, id: Uuid): Promise<Payout | undefined> {
  const [row] = await database.query<PayoutRow>({
    name: 'payments-view-payout',
    text: `select ${columns} from payments.payouts p where p.book_id = $1 and p.id = $2::uuid`,
    values: [book, id],
  })
  return row && toPayout(row)
}

export function listPayouts(
  database: Queryable,
  query: { readonly book: number; readonly limit: number; readonly cursor?: Uuid; readonly filter: PayoutFilter },
): Promise<Page<Payout, Uuid>> {
  const { reference, vendor, state, rail, source: account, ...rest } = query.filter
  const filter = { ...rest, columns: { reference, vendor_code: vendor, state, rail, source: account } }
  return listByFilter(database, source, { ...query, filter })
}

const columns = `
  p.id, p.book_id, ${micros('p.created_at')} as created_at, p.amount, p.vendor, p.attempts, p.version, p.current_attempt,
  p.state, p.phase, p.reason, p.asset, p.lane, p.vendor_code, p.source, p.rail, p.other_rails, p.instrument, p.holds,
  p.rail_reference, p.reference, p.metadata`

type PayoutRow = {
  id: string
  book_id: number
  created_at: bigint
  amount: bigint
  vendor: number
  attempts: number
  version: number
  current_attempt: string | null
  state: Payout['state']
  phase: Payout['phase']
  reason: string | null
  asset: string
  lane: LaneName
  vendor_code: string | null
  source: string
  rail: string
  other_rails: string[] | null
  instrument: string
  holds: string[] | null
  rail_reference: string | null
  reference: string | null
  metadata: Metadata | null
}

const source: ListSource<PayoutRow, Payout> = {
  kind: 'payout',
  table: 'payments.payouts',
  columns,
  indexed: ['reference', 'vendor_code'],
  toItem: toPayout,
}

function toPayout(row: PayoutRow): Payout {
  return {
    id: toUuid(row.id),
    book: row.book_id,
    amount: row.amount,
    asset: row.asset,
    source: row.source,
    rail: row.rail,
    otherRails: row.other_rails ?? [],
    instrument: row.instrument,
    state: row.state,
    reason: row.reason ?? undefined,
    phase: row.phase,
    holds: row.holds ?? [],
    currentAttempt: row.current_attempt === null ? undefined : toUuid(row.current_attempt),
    railReference: row.rail_reference ?? undefined,
    attempts: row.attempts,
    vendor: row.vendor,
    vendorCode: row.vendor_code ?? undefined,
    lane: row.lane,
    reference: row.reference ?? undefined,
    metadata: row.metadata ?? noMetadata,
    createdAt: Number(row.created_at),
    version: row.version,
  }
}
