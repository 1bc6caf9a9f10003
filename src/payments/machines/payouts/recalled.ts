import type { MachineContext, Timer, Transition } from '../../machine.ts'
import type { Attempt, Payout } from '../../payment.ts'
import { recallInquiriesMs } from '../../retry-policies.ts'
import { ignored } from '../attempts/follow-attempt.ts'
import { isAllReturned } from '../attempts/returned.ts'

/**
 * What comes back of a recall is reported once, maybe to a server that is lost, or the report is lost. So the rail is
 * asked about the payout from time to time: its success names what has come back.
 */
export function askingForRecalled(payout: Payout, step: Transition, context: MachineContext): Transition {
  const { attempt, timers = [] } = step
  if (attempt === undefined || !isPassedOn(attempt)) return step
  const isAskedNow = context.hasSwitched?.(payout) === true
  return { ...step, ...(isAskedNow && { inquire: attempt }), timers: [...timers, ...nextInquiry(attempt, context)] }
}

export function onRecalledOverdue(attempt: Attempt, context: MachineContext): Transition {
  const { recall, rail } = attempt
  if (recall === undefined || !isPassedOn(attempt)) return ignored('the payout has gone on without it')
  const asked: Attempt = { ...attempt, recall: { ...recall, inquiries: (recall.inquiries ?? 0) + 1 } }
  return {
    attempt: asked,
    inquire: asked,
    timers: nextInquiry(asked, context),
    note: `Asked the rail ${rail} what has come back since the recall.`,
  }
}

function isPassedOn(attempt: Attempt): boolean {
  return attempt.recall?.state === 'accepted' && attempt.state === 'succeeded' && !isAllReturned(attempt)
}

function nextInquiry({ id, subject, recall }: Attempt, context: MachineContext): Timer[] {
  const pauseMs = recallInquiriesMs[recall?.inquiries ?? 0]
  if (pauseMs === undefined) return []
  return [{ input: 'overdue', subject, attempt: id, at: context.now + pauseMs * 1_000 }]
}
