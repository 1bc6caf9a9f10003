import type { Timestamp, Uuid } from '#kernel'
import { type BurstStep, CopyEncoder } from '#platform/postgres'
import type { SubjectKind } from '../../payment.ts'
import { copyText, textsJson } from './row-text.ts'

export type TimelineStep = {
  readonly book: number
  /** The payment or payout. */
  readonly root: Uuid
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly input: string
  readonly state: string
  readonly note: string | undefined
  /** The ledger's transfers that were made, posted or voided. */
  readonly transfers: readonly Uuid[]
  readonly events: readonly string[]
}

export function insertTimelineStep(steps: readonly TimelineStep[], now: Timestamp): BurstStep {
  const row = new CopyEncoder(steps.length * 256)
  for (const [ordinal, step] of steps.entries()) {
    row.tuple(11)
    row.uuid(step.root)
    row.timestamp(now)
    row.int4(step.book)
    row.int4(ordinal)
    row.uuid(step.subject.id)
    row.text(step.subject.kind)
    row.text(step.input)
    row.text(step.state)
    copyText(row, step.note)
    copyText(row, textsJson(step.transfers))
    copyText(row, textsJson(step.events))
  }
  return {
    name: 'payments-insert-timeline',
    text: `copy payments.steps (root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state, note,
      transfers, events) from stdin (format binary)`,
    copy: row.stream(),
  }
}
