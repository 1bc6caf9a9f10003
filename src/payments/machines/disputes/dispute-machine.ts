import type { Dispute, DisputeNews } from '../../dispute.ts'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Capture, Payment } from '../../payment.ts'
import { ignored } from '../attempts/follow-attempt.ts'
import { eitherWay } from '../booking/joined.ts'
import { sumOf } from '../booking/shares.ts'
import { takeBack } from '../suspense/dispute.ts'
import { suspendedOf } from '../suspense/suspended.ts'
import { withFee } from './dispute-fees.ts'
import { isNext, isTaken, isToBeAnswered } from './dispute-stages.ts'
import { deliverReturned, giveBack } from './give-back.ts'
import { withKept } from './kept-part.ts'
import { withOtherAmount } from './other-amount.ts'

type About = { readonly dispute: Dispute; readonly capture?: Capture; readonly news: DisputeNews }

/**
 * A dispute goes from stage to stage by the reports of its rail. The stage and the rail's policy say whether the rail
 * has the money; it is taken, or given back, only if that changes. So no report moves money twice.
 */
export function onDisputeNews(
  payment: Payment,
  { dispute, capture, news }: About,
  context: MachineContext,
): Transition {
  switch (news.kind) {
    case 'reported':
      return onReport(payment, { dispute, capture, news }, context)
    case 'answer_refused':
      return onRefusedAnswer(dispute, news)
    case 'deliver':
      return deliverReturned(payment, dispute, context)
  }
}

type Reported = {
  readonly dispute: Dispute
  readonly capture: Capture | undefined
  readonly news: Extract<DisputeNews, { readonly kind: 'reported' }>
}

function onReport(payment: Payment, { dispute: before, capture, news }: Reported, context: MachineContext): Transition {
  const { report, at } = news
  if (!isNext(before, { stage: report.stage, at })) {
    return withFee(payment, withOtherAmount(refreshed(before, news), before, news, context), context)
  }
  const dispute = unanswered({ ...withDetails(before, news), stage: report.stage, stageAt: at })
  const event = `dispute.${report.stage}`
  const willBeTaken = isTaken(report.stage, context.capabilities(dispute.rail)?.disputes)
  const { taken } = before
  if (willBeTaken === (taken !== undefined)) {
    const note = `The rail ${dispute.rail} reported the dispute ${dispute.reference}: ${report.stage}.`
    return withFee(payment, { dispute, events: [event], note }, context)
  }
  const step =
    taken === undefined
      ? take(payment, dispute, capture, context)
      : withKept(payment, giveBack(payment, { ...dispute, taken }, context), dispute.amount - report.amount, context)
  return withFee(payment, withEvent(step, event), context)
}

function withEvent(step: Transition, event: string): Transition {
  return eitherWay(step, (end) => ({ ...end, events: [...(end.events ?? []), event] }))
}

function take(payment: Payment, dispute: Dispute, capture: Capture | undefined, context: MachineContext): Transition {
  const { rail, amount, reference: railReference, originalReference } = dispute
  const of = {
    ...(originalReference !== undefined && { originalReference }),
    ...(capture !== undefined && { capture }),
    fromSuspense: undeliveredOf(payment, dispute, context),
  }
  const { step, taken } = takeBack(payment, { rail, amount, railReference, ...of }, context)
  return withDispute(step, taken === undefined ? dispute : { ...dispute, taken })
}

/** Money of an earlier round that the recipients have not got back yet. */
function undeliveredOf(payment: Payment, { undelivered, amount }: Dispute, context: MachineContext): bigint {
  if (undelivered === undefined) return 0n
  const there = suspendedOf(payment, context).find(({ attempt }) => attempt.id === undelivered.attempt)
  return [there?.amount ?? 0n, sumOf(undelivered.parts), amount].reduce((least, one) => (one < least ? one : least))
}

function withDispute(step: Transition, dispute: Dispute): Transition {
  return eitherWay(step, (end) => ({ ...end, dispute }))
}

function withDetails(dispute: Dispute, { report }: Reported['news']): Dispute {
  const { reason = dispute.reason, evidenceDueAt = dispute.evidenceDueAt, fee = dispute.fee } = report
  return { ...dispute, reason, evidenceDueAt, fee }
}

/** An answer belongs to the stage at which it was given. */
function unanswered(dispute: Dispute): Dispute {
  const { answer: _, ...rest } = dispute
  return rest
}

/** The same stage again, and later, may bring another due time, or a fee. Older reports are late from then on. */
function refreshed(dispute: Dispute, news: Reported['news']): Transition {
  const { report, at } = news
  const { stage, stageAt, evidenceDueAt, fee } = dispute
  const after = { ...withDetails(dispute, news), stageAt: at }
  const isSame = after.evidenceDueAt === evidenceDueAt && after.fee === fee
  if (report.stage !== stage || at < stageAt || (isSame && at === stageAt)) {
    return ignored(`the dispute is ${stage} already, and ${report.stage} is repeated or late`)
  }
  if (isSame) return { dispute: after }
  return {
    dispute: after,
    note: `The rail ${dispute.rail} changed what it reports of the dispute ${dispute.reference}.`,
  }
}

function onRefusedAnswer(
  dispute: Dispute,
  { answer: id, why }: Extract<DisputeNews, { kind: 'answer_refused' }>,
): Transition {
  const { answer } = dispute
  if (answer?.id !== id || answer.state !== 'pending' || !isToBeAnswered(dispute))
    return ignored('another answer is given')
  return {
    dispute: { ...dispute, answer: { ...answer, state: 'refused', why } },
    note: `The rail ${dispute.rail} refused the answer to the dispute ${dispute.reference}: ${why}`,
  }
}
