import { amountText, encodeId, idPrefix } from '#kernel'
import type { Dispute, DisputeNews } from '../../dispute.ts'
import type { MachineContext, Transition } from '../../machine.ts'

type Reported = Extract<DisputeNews, { readonly kind: 'reported' }>

/**
 * A rail reports again that a dispute is won, and gives back another amount than is booked. Munim cannot know which holds,
 * so the booking stays and an operator gets a case. The same report again is the same case. At other stages, the amount is
 * compared when the report is received.
 */
export function withOtherAmount(
  step: Transition,
  dispute: Dispute,
  { report, at }: Reported,
  context: Pick<MachineContext, 'derivedId'>,
): Transition {
  const { id, rail, reference, stage, stageAt, amount, kept = 0n, asset = '' } = dispute
  const booked = amount - kept
  const isAgain = stage === 'won' && report.stage === stage && at >= stageAt
  if (!isAgain || report.amount === booked) return step
  const { ignored: _, ...rest } = step
  const detail = `The rail ${rail} reports again that the dispute ${encodeId(idPrefix.dispute, id)} (${reference}) is won, and gives back ${amountText(report.amount, asset)}; ${amountText(booked, asset)} are booked. Look which holds.`
  const event = context.derivedId(id, JSON.stringify([stage, report.amount.toString()]))
  return {
    ...rest,
    note: detail,
    caseChange: { why: 'unmatched_event', detail, subject: { kind: 'event', id: event } },
  }
}
