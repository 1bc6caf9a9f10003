import { assert } from '#kernel'
import {
  type Attempt,
  askedInstead,
  type Capture,
  type Dispute,
  type NewAttempt,
  type Payment,
  type Payout,
  type Refund,
  type Timer,
  type Transition,
} from '#payments'
import { isPastDeadline } from './payments-world-deadlines.ts'
import { attemptOf } from './payments-world-rows.ts'

/** `at`: when it was planned. A submission that was planned too long ago is not made, as in the engine. */
export type WorldCall = {
  readonly ask: 'submit' | 'inquire' | 'reverse'
  readonly attempt: string
  readonly inquiries: number
  readonly at: number
}

type Rows = {
  readonly payments: Map<string, Payment>
  readonly captures: Map<string, Capture>
  readonly refunds: Map<string, Refund>
  readonly payouts: Map<string, Payout>
}

type Stored = Rows & {
  readonly disputes: Map<string, Dispute>
  readonly attempts: Map<string, Attempt>
  readonly calls: WorldCall[]
  readonly timers: Timer[]
  readonly now: number
}

export function storeTransition(world: Stored, transition: Transition): void {
  const { payment, capture, refund, payout, dispute, newRefunds = [], attempt, attempts = [] } = transition
  const { newAttempts = [], resubmit, inquire, reverse } = transition
  if (payment !== undefined) world.payments.set(payment.id, payment)
  if (capture !== undefined) world.captures.set(capture.id, capture)
  if (refund !== undefined) world.refunds.set(refund.id, refund)
  if (payout !== undefined) world.payouts.set(payout.id, payout)
  if (dispute !== undefined) world.disputes.set(dispute.id, { ...dispute, version: dispute.version + 1 })
  for (const known of [attempt, inquire, reverse, resubmit, ...attempts])
    if (known !== undefined) world.attempts.set(known.id, known)
  for (const newRefund of newRefunds) {
    world.refunds.set(newRefund.id, newRefund)
    world.timers.push({ input: 'start', subject: { kind: 'refund', id: newRefund.id }, at: world.now })
  }
  for (const begun of [
    ...newAttempts.filter(({ askedAt }) => askedAt === undefined),
    ...(resubmit ? [resubmit] : []),
  ]) {
    assert(!isPastDeadline(world, begun), 'a submission begins after its deadline')
  }
  for (const made of newAttempts) addAttempt(world, made)
  const callOf = (ask: WorldCall['ask'], { id: attempt, inquiries }: Attempt): WorldCall => {
    return { ask, attempt, inquiries, at: world.now }
  }
  if (resubmit !== undefined) world.calls.push(callOf('submit', resubmit))
  if (inquire !== undefined) world.calls.push(callOf('inquire', inquire))
  if (reverse !== undefined) world.calls.push(callOf('reverse', reverse))
  world.timers.push(...(transition.timers ?? []))
}

function addAttempt(world: Stored, made: NewAttempt): void {
  const isAsked = made.askedAt !== undefined
  const known = world.attempts.get(made.id)
  if (isAsked && known !== undefined) {
    world.attempts.set(known.id, askedInstead(known, made, world.now))
    return
  }
  world.attempts.set(made.id, attemptOf(made, world.now))
  if (!isAsked) world.calls.push({ ask: 'submit', attempt: made.id, inquiries: 0, at: world.now })
}
