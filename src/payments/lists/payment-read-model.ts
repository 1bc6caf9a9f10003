import type { Timestamp, Uuid } from '#kernel'
import type { Page } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { paymentTable, toPayment } from '../engine/rows/payment-store.ts'
import type { Metadata, Payment, PaymentState } from '../payment.ts'
import { getById, type ListQuery, listByFilter, listSource } from './list-read-model.ts'

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

const source = listSource('payment', paymentTable, { indexed: ['reference', 'vendor_code'], toItem: toPayment })

export function getPayment(database: Queryable, book: number, id: Uuid): Promise<Payment | undefined> {
  return getById(database, source, { book, id })
}

export function listPayments(database: Queryable, query: ListQuery<PaymentFilter>): Promise<Page<Payment, Uuid>> {
  const { state, reference, vendor, rail, ...rest } = query.filter
  return listByFilter(database, source, {
    ...query,
    filter: { ...rest, columns: { reference, vendor_code: vendor, state, rail } },
  })
}
