import { amountText, encodeId, idPrefix } from '#kernel'
import type { Dispute, DisputeNews } from '../../dispute.ts'
import type { MachineContext, Transition } from '../../machine.ts'

type Reported = Extract<DisputeNews, { readonly kind: 'reported' }>

/**
 * A rail reports the stage of a dispute again, with another amount than is booked. Munim cannot know which holds, so the
 * booking stays and an operator gets a case. The same report again is the same case.
 */
export function withOtherAmount(
  step: Transition,
  dispute: Dispute,
  { report, at }: Reported,
  context: Pick<MachineContext, 'derivedId'>,
): Transition {
  const { id, rail, reference, stage, stageAt, asset = '' } = dispute
  const booked = bookedOf(dispute)
  if (report.stage !== stage || at < stageAt || booked === undefined || report.amount === booked) return step
  const { ignored: _, ...rest } = step
  const what = stage === 'won' ? 'given back' : 'taken'
  const detail = `The rail ${rail} reports again that the dispute ${encodeId(idPrefix.dispute, id)} (${reference}) is ${stage}, with ${amountText(report.amount, asset)}; ${amountText(booked, asset)} are booked as ${what}. Look which holds.`
  const event = context.derivedId(id, JSON.stringify([stage, report.amount.toString()]))
  return {
    ...rest,
    note: detail,
    caseChange: { why: 'unmatched_event', detail, subject: { kind: 'event', id: event } },
  }
}

/** Undefined: no money moves at its stage. */
function bookedOf({ stage, amount, taken, kept = 0n }: Dispute): bigint | undefined {
  if (taken !== undefined) return amount
  return stage === 'won' ? amount - kept : undefined
}
