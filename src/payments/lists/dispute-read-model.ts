import type { Timestamp, Uuid } from '#kernel'
import type { Page } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import type { Dispute } from '../dispute.ts'
import { disputeTable, toDispute } from '../engine/rows/dispute-store.ts'
import { getById, type ListQuery, listByFilter, listSource } from './list-read-model.ts'

export type DisputeFilter = {
  readonly payment?: Uuid | undefined
  readonly stage?: Dispute['stage'] | undefined
  readonly rail?: string | undefined
  /** The rail's own name of it. */
  readonly reference?: string | undefined
  readonly evidenceDueBefore?: Timestamp | undefined
  readonly createdFrom?: Timestamp | undefined
  readonly createdTo?: Timestamp | undefined
}

const source = listSource('dispute', disputeTable, { indexed: ['payment_id'], toItem: toDispute })

export function getDispute(
  database: Queryable,
  named: { readonly book: number; readonly id: Uuid },
): Promise<Dispute | undefined> {
  return getById(database, source, named)
}

export function listDisputes(database: Queryable, query: ListQuery<DisputeFilter>): Promise<Page<Dispute, Uuid>> {
  const { payment, stage, rail, reference, ...rest } = query.filter
  const columns = { payment_id: payment, stage, rail, reference }
  return listByFilter(database, source, { ...query, filter: { ...rest, columns } })
}
