import type { Timestamp, Uuid } from '#kernel'
import type { Page } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { refundTable, toRefund } from '../engine/rows/refund-store.ts'
import type { Metadata, Refund } from '../payment.ts'
import { getById, type ListQuery, listByFilter, listSource } from './list-read-model.ts'

export type RefundFilter = {
  readonly payment?: Uuid | undefined
  readonly state?: Refund['state'] | undefined
  readonly createdFrom?: Timestamp | undefined
  readonly createdTo?: Timestamp | undefined
  readonly metadata?: Metadata | undefined
}

const source = listSource('refund', refundTable, { indexed: ['payment_id'], toItem: toRefund })

export function getRefund(database: Queryable, book: number, id: Uuid): Promise<Refund | undefined> {
  return getById(database, source, { book, id })
}

export function listRefunds(database: Queryable, query: ListQuery<RefundFilter>): Promise<Page<Refund, Uuid>> {
  const { payment, state, ...rest } = query.filter
  return listByFilter(database, source, { ...query, filter: { ...rest, columns: { payment_id: payment, state } } })
}
