import type { Timestamp, Uuid } from '#kernel'
import type { Page } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { payoutTable, toPayout } from '../engine/rows/payout-store.ts'
import type { Metadata, Payout } from '../payment.ts'
import { getById, type ListQuery, listByFilter, listSource } from './list-read-model.ts'

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

const source = listSource('payout', payoutTable, { indexed: ['reference', 'vendor_code'], toItem: toPayout })

export function getPayout(database: Queryable, book: number, id: Uuid): Promise<Payout | undefined> {
  return getById(database, source, { book, id })
}

export function listPayouts(database: Queryable, query: ListQuery<PayoutFilter>): Promise<Page<Payout, Uuid>> {
  const { state, reference, vendor, rail, source: account, ...rest } = query.filter
  return listByFilter(database, source, {
    ...query,
    filter: { ...rest, columns: { reference, vendor_code: vendor, state, rail, source: account } },
  })
}
