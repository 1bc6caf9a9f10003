import { caseSteps } from '#cases'
import { accepted, type Timestamp } from '#kernel'
import type { Lanes } from '#lanes'
import { faultPoint } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { DisputeEvidence, Rails } from '#rails'
import { changesBetween, disputesQueue } from '../../cases/dispute-cases.ts'
import type { Dispute, DisputeAnswer } from '../../dispute.ts'
import { isToBeAnswered } from '../../machines/disputes/dispute-stages.ts'
import type { Payment } from '../../payment.ts'
import type { AcceptDispute, ChallengeDispute, NamedDispute, PaymentResult } from '../../payments.ts'
import { refuse } from '../../refusals.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { inputMessage } from '../handling/queued-input.ts'
import { answerMessage } from '../rails/dispute-answers.ts'
import { insertEvidenceStep } from '../rows/dispute-evidence-store.ts'
import { readDisputesStep, toDispute, updateDisputesStep } from '../rows/dispute-store.ts'
import { lockPaymentsStep, toPayment } from '../rows/payment-store.ts'

type Dependencies = { readonly lanes: Pick<Lanes, 'enqueueSteps'>; readonly rails: Pick<Rails, 'rail'> }

export function acceptDispute(deps: Dependencies, tx: Transaction, request: AcceptDispute) {
  return answerDispute(deps, tx, { ...request, kind: 'accept', evidence: [] })
}

export function challengeDispute(deps: Dependencies, tx: Transaction, request: ChallengeDispute) {
  return answerDispute(deps, tx, { ...request, kind: 'challenge' })
}

type Answering = AcceptDispute & {
  readonly kind: DisputeAnswer['kind']
  readonly evidence: readonly DisputeEvidence[]
}

async function answerDispute(
  { lanes, rails }: Dependencies,
  tx: Transaction,
  { kind, evidence, id = newUuid(), ...named }: Answering,
): Promise<PaymentResult<Dispute>> {
  const locked = await lockDispute(tx, named)
  if (locked === undefined) return refuse('dispute_not_found')
  const { dispute, payment, now } = locked
  if (rails.rail(dispute.rail)?.disputes === undefined) return refuse('operation_not_supported_by_rail')
  if (!isToBeAnswered(dispute) || dispute.answer?.state === 'pending') return refuse('dispute_not_answerable')
  const answered: Dispute = { ...dispute, answer: { id, kind, state: 'pending' } }
  const after = { ...answered, version: dispute.version + 1 }
  const about = { book: dispute.book, dispute: dispute.id, answer: id }
  faultPoint('payments.dispute-answer.before')
  await tx.burst([
    updateDisputesStep([after]),
    ...(evidence.length === 0 ? [] : [insertEvidenceStep(about, evidence)]),
    ...caseSteps(disputesQueue, changesBetween(dispute, answered)),
    ...lanes.enqueueSteps([answerMessage({ ...about, tries: 0 }, { ...payment, at: now })]),
  ])
  faultPoint('payments.dispute-answer.after')
  return accepted(after)
}

export async function deliverDispute(
  { lanes }: Pick<Dependencies, 'lanes'>,
  tx: Transaction,
  named: NamedDispute,
): Promise<void> {
  const locked = await lockDispute(tx, named)
  if (locked === undefined) return
  const { dispute, payment } = locked
  const { book, id: root } = payment
  const { id, reference: railReference, rail, capture } = dispute
  const about = {
    kind: 'dispute',
    dispute: id,
    railReference,
    rail,
    ...(capture !== undefined && { capture }),
  } as const
  const input = { ...about, news: { kind: 'deliver' } } as const
  await tx.burst(lanes.enqueueSteps([inputMessage({ book, kind: 'payment', id: root, root, input }, payment)]))
}

type Locked = { readonly dispute: Dispute; readonly payment: Payment; readonly now: Timestamp }

/** Disputes change under the lock of their payment. */
async function lockDispute(tx: Transaction, { book, dispute: id }: NamedDispute): Promise<Locked | undefined> {
  const [, found] = await tx.burst([indexPlansStep, readDisputesStep(book, [id])])
  const row = found?.rows[0]
  if (row === undefined) return undefined
  const { payment } = toDispute(row)
  const [, locked, now] = await tx.burst([indexPlansStep, lockPaymentsStep(book, [payment]), nowStep])
  const [again] = await tx.burst([readDisputesStep(book, [id])])
  const [paymentRow, disputeRow] = [locked?.rows[0], again?.rows[0]]
  if (paymentRow === undefined || disputeRow === undefined) return undefined
  return { payment: toPayment(paymentRow), dispute: toDispute(disputeRow), now: Number(now?.rows[0]?.[0]) }
}
