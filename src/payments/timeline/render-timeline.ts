import { encodeId, formatTimestamp, type IdPrefix, idPrefix, type Uuid } from '#kernel'
import type { Transfer } from '#ledger'
import type { SubjectKind } from '../payment.ts'
import type { TimelineItem } from './timeline.ts'
import type { KeptAttempt } from './timeline-read-model.ts'

const prefixes: Record<SubjectKind, IdPrefix> = {
  payment: idPrefix.payment,
  capture: idPrefix.capture,
  refund: idPrefix.refund,
  payout: idPrefix.payout,
}

/** `transfers`: the current state of the item's transfers. */
export function renderTimelineItem(item: TimelineItem, transfers: ReadonlyMap<Uuid, Transfer>): string {
  const { subject, attempt } = item
  return JSON.stringify({
    at: formatTimestamp(item.at),
    kind: item.kind,
    subject: encodeId(prefixes[subject.kind], subject.id),
    text: item.text,
    state: item.state ?? null,
    input: item.input ?? null,
    transfers: item.transfers.flatMap((id) => transfers.get(id) ?? []).map(transferFields),
    attempt: attempt === undefined ? null : attemptFields(attempt),
    events: item.events,
  })
}

function transferFields(transfer: Transfer) {
  return {
    id: encodeId(idPrefix.transfer, transfer.id),
    source_code: transfer.source.code,
    destination_code: transfer.destination.code,
    amount: String(transfer.amount),
    amount_posted: String(transfer.amountPosted),
    asset: transfer.asset,
    state: transfer.state,
  }
}

function attemptFields(attempt: KeptAttempt) {
  return {
    id: encodeId(idPrefix.attempt, attempt.id),
    rail: attempt.rail,
    operation: attempt.operation,
    amount: String(attempt.amount),
    asset: attempt.asset,
    state: attempt.state,
    reason: attempt.reason ?? null,
    rail_reference: attempt.railReference ?? null,
    inquiries: attempt.inquiries,
    settlement: attempt.settlement === undefined ? null : settlementFields(attempt.settlement),
    corrected_instrument: attempt.corrected?.instrument ?? null,
  }
}

function settlementFields(settlement: NonNullable<KeptAttempt['settlement']>) {
  const { asset, fee, net, settledAmount, settledOn, batch, references = {} } = settlement
  return {
    asset: asset ?? null,
    fee: fee?.toString() ?? null,
    net: net?.toString() ?? null,
    settled_amount: settledAmount?.toString() ?? null,
    settled_on: settledOn ?? null,
    batch: batch ?? null,
    references,
  }
}
