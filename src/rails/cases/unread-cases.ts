import { lockOccurred, noBook, openOccurred, resolveOccurred } from '#cases'
import type { Uuid } from '#kernel'
import { derivedUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { type RailCaseKind, type RailCaseReason, railsQueue } from './rails-queue.ts'

/** The same for the same report, so that its case is found again. */
export function caseIdOf(of: { readonly rail: string; readonly kind: RailCaseKind; readonly name: string }): Uuid {
  return derivedUuid('0'.repeat(32), `${of.kind} ${of.rail} ${of.name}`)
}

export type UnreadCase = { readonly kind: RailCaseKind; readonly id: Uuid; readonly detail: string }

/** In the transaction that stores the report. An open case gets the new detail. */
export async function openUnread(tx: Transaction, reason: RailCaseReason, cases: readonly UnreadCase[]): Promise<void> {
  if (cases.length === 0) return
  const details = new Map(cases.map(({ id, detail }) => [id, detail]))
  await openOccurred(tx, railsQueue, {
    reason,
    subjects: cases.map(({ kind, id }) => ({ kind, id, book: noBook })),
    detailsOf: async () => (id) => details.get(id) ?? 'A report of a rail could not be read.',
  })
}

export async function resolveUnread(
  tx: Transaction,
  reason: RailCaseReason,
  subjects: readonly { readonly kind: RailCaseKind; readonly id: Uuid }[],
): Promise<void> {
  if (subjects.length === 0) return
  await lockOccurred(tx, railsQueue, { reason, subjects })
  await resolveOccurred(tx, railsQueue, { reason, subjects, resolution: 'retry' })
}
