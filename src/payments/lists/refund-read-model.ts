import type { Timestamp, Uuid } from '#kernel'
import type { Page } from '#ledger'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import type { Metadata, Refund } from '../payment.ts'
import { type ListSource, listByFilter } from './list-read-model.ts'
import { noMetadata, readShares, type StoredShare } from './row-values.ts'

export type RefundFilter = {
  readonly payment?: Uuid | undefined
  readonly state?: Refund['state'] | undefined
  readonly createdFrom?: Timestamp | undefined
  readonly createdTo?: Timestamp | undefined
  readonly metadata?: Metadata | undefined
}

export async function getRefund(database: Queryable, book: number, id: Uuid): Promise<Refund | undefined> {
  const [row] = await database.query<RefundRow>({
    name: 'payments-view-refund',
    text: `select ${columns} from payments.refunds p where p.book_id = $1 and p.id = $2::uuid`,
    values: [book, id],
  })
  return row && toRefund(row)
}

export function listRefunds(
  database: Queryable,
  query: { readonly book: number; readonly limit: number; readonly cursor?: Uuid; readonly filter: RefundFilter },
): Promise<Page<Refund, Uuid>> {
  const { payment, state, ...rest } = query.filter
  return listByFilter(database, source, { ...query, filter: { ...rest, columns: { payment_id: payment, state } } })
}

const columns = `
  p.id, p.book_id, p.payment_id, ${micros('p.created_at')} as created_at, p.amount, p.attempts, p.version,
  p.is_reversal, p.current_attempt, p.state, p.phase, p.reason, p.asset, p.to_account, p.from_shares, p.holds, p.metadata`

type RefundRow = {
  id: string
  book_id: number
  payment_id: string
  created_at: bigint
  amount: bigint
  attempts: number
  version: number
  is_reversal: boolean
  current_attempt: string | null
  state: Refund['state']
  phase: Refund['phase']
  reason: string | null
  asset: string
  to_account: string | null
  from_shares: StoredShare[]
  holds: string[] | null
  metadata: Metadata | null
}

const source: ListSource<RefundRow, Refund> = {
  kind: 'refund',
  table: 'payments.refunds',
  columns,
  indexed: ['payment_id'],
  toItem: toRefund,
}

function toRefund(row: RefundRow): Refund {
  return {
    id: toUuid(row.id),
    book: row.book_id,
    payment: toUuid(row.payment_id),
    amount: row.amount,
    asset: row.asset,
    to: row.to_account === null ? { kind: 'source' } : { kind: 'wallet', account: row.to_account },
    from: readShares(row.from_shares),
    state: row.state,
    reason: row.reason ?? undefined,
    phase: row.phase,
    holds: row.holds ?? [],
    currentAttempt: row.current_attempt === null ? undefined : toUuid(row.current_attempt),
    attempts: row.attempts,
    isReversal: row.is_reversal,
    metadata: row.metadata ?? noMetadata,
    createdAt: Number(row.created_at),
    version: row.version,
  }
}
