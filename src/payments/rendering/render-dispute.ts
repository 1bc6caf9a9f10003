import { encodeId, type IdPrefix, idPrefix, type Uuid } from '#kernel'
import type { Dispute, DisputeAnswer } from '../dispute.ts'
import type { EvidenceSent } from '../engine/rows/dispute-evidence-store.ts'
import { renderTime, textOrNull } from './render-parts.ts'

/** The public JSON of a dispute, in answers and events. */
export function renderDispute(dispute: Dispute): string {
  const { reason, evidenceDueAt, fee, taken, attempt } = dispute
  // An older program, which names no attempt, has taken the money for good.
  const isHeldBack = taken !== undefined || attempt === undefined
  return (
    `{"id":"${encodeId(idPrefix.dispute, dispute.id)}","payment":"${encodeId(idPrefix.payment, dispute.payment)}"` +
    `,"capture":${idOrNull(idPrefix.capture, dispute.capture)},"attempt":${idOrNull(idPrefix.attempt, dispute.attempt)}` +
    `,"rail":"${dispute.rail}","rail_reference":${JSON.stringify(dispute.reference)}` +
    `,"amount":"${dispute.amount}","asset":${textOrNull(dispute.asset)}` +
    `,"stage":"${dispute.stage}","stage_at":${renderTime(dispute.stageAt)}` +
    `,"reason_code":${textOrNull(reason?.code)},"category":${textOrNull(reason?.category)}` +
    `,"evidence_due_at":${renderTime(evidenceDueAt)},"fee":${fee === undefined ? 'null' : `"${fee}"`}` +
    `,"held_back":${isHeldBack},"answer":${renderAnswer(dispute.answer)}` +
    `,"created_at":${renderTime(dispute.createdAt)}}`
  )
}

function idOrNull(prefix: IdPrefix, id: Uuid | undefined): string {
  return id === undefined ? 'null' : `"${encodeId(prefix, id)}"`
}

function renderAnswer(answer: DisputeAnswer | undefined): string {
  if (answer === undefined) return 'null'
  return `{"kind":"${answer.kind}","state":"${answer.state}","why":${textOrNull(answer.why)}}`
}

/** With what was sent as evidence, oldest first. */
export function renderDisputeWithEvidence(dispute: Dispute, evidence: readonly EvidenceSent[]): string {
  return `${renderDispute(dispute).slice(0, -1)},"evidence":[${evidence.map(renderEvidence).join(',')}]}`
}

function renderEvidence({ name, mediaType, bytes, sha256, createdAt }: EvidenceSent): string {
  return `{"name":${textOrNull(name)},"media_type":${JSON.stringify(mediaType)},"bytes":${bytes},"sha256":"${sha256}","created_at":${renderTime(createdAt)}}`
}
