import type { TransferCommand } from '#ledger'
import type { CaseReason, Input, MachineContext, Transition } from '../machine.ts'
import { reasonsOfSuspense } from '../machine.ts'
import type { Attempt, Payment, Payout, Refund } from '../payment.ts'
import { bookedBy } from './attempts/made-before.ts'
import { movedAttempts } from './attempts/moved-attempts.ts'
import { leftOf } from './attempts/returned.ts'
import { transfer, voidHolds } from './booking/bookings.ts'
import { decidedFirst } from './booking/joined.ts'
import { excessOf } from './payments/beside-decision.ts'
import { owedOf, withSuspended } from './payments/payment-rows.ts'
import { reasonOf } from './payments/payment-stated.ts'
import { chargeOf } from './payouts/payout-charge.ts'
import { shortfallIn, shortOf } from './payouts/shortfall.ts'
import { bouncedIn, bouncedOf, withoutBounced } from './returns/bounced.ts'
import { isSame, seenOf } from './seen.ts'
import type { Subject } from './stranded.ts'
import { ofReason, type Suspended, suspendedOf } from './suspense/suspended.ts'
import { openLossOf } from './suspense/uncovered-loss.ts'
import { withDebtWrittenOff, withOpenLossesWrittenOff } from './suspense/written-off.ts'

type Decided = Extract<Input, { readonly kind: 'decision' }>
type Follow = (input: Input) => Transition
type Off = {
  readonly about: CaseReason
  readonly text: string
  readonly follow: (stated: 'succeeded' | 'failed') => Transition
}

/**
 * Money that nobody can be found for leaves suspense, or a hole in suspense is filled: by the account of write-offs. All
 * else is as if an operator had stated that the money was returned, or had accepted the loss. It applies to the amount
 * that the case shows, or to nothing. Undefined for any other input.
 */
export function writeOff(
  subject: Subject,
  input: Input,
  context: MachineContext,
  follow: Follow,
): Transition | undefined {
  if (input.kind !== 'decision' || input.decision.action !== 'write_off') return undefined
  const { text } = input.decision
  const about = input.about ?? reasonOf(subject)
  if (isChanged(subject, input, context)) return not(about, 'what it is about has changed since.')
  const stated = (outcome: 'succeeded' | 'failed') =>
    follow({ ...input, decision: { action: 'force', outcome, evidence: text } })
  const off: Off = { about, text, follow: stated }
  const step = writtenOff(subject, off, context)
  return step ?? not(about, 'nothing of it can be written off.')
}

function isChanged(subject: Subject, { about, seen }: Decided, context: MachineContext): boolean {
  const now = seen && seenOf(subject, about, context, 'write_off')
  return seen !== undefined && now !== undefined && !isSame(seen, now)
}

function not(why: CaseReason, because: string): Transition {
  const detail = `"write_off" could not be carried out: ${because}`
  return { note: detail, caseChange: { why, detail } }
}

function writtenOff(subject: Subject, off: Off, context: MachineContext): Transition | undefined {
  if ('amountCaptured' in subject) return ofPayment(subject, off, context)
  return 'phase' in subject ? ofTried(subject, off, context) : undefined
}

function ofPayment(payment: Payment, off: Off, context: MachineContext): Transition | undefined {
  const { about, follow } = off
  if (about === 'dispute_after_refund') return ofLoss(payment, off, context)
  if (!reasonsOfSuspense.includes(about)) return undefined
  if (suspendedFor(payment, about, context).length > 0) {
    const step = follow(about === 'late_success' ? 'succeeded' : 'failed')
    return withNote({ ...step, commands: (step.commands ?? []).map((one) => toWriteOffs(payment, one, context)) }, off)
  }
  return about === 'booking_refused' && !isOwn(payment, about) ? ofDebt(payment, off, context) : undefined
}

function isOwn(payment: Payment, about: CaseReason): boolean {
  return payment.phase === 'review' && reasonOf(payment) === about
}

/** The money that the case shows. */
function suspendedFor(payment: Payment, about: CaseReason, context: MachineContext): readonly Suspended[] {
  if (isOwn(payment, about) || about === 'late_success') return ofReason(suspendedOf(payment, context), about)
  return excessOf(payment, about, context)
}

/** What is booked as returned by hand goes to the account of write-offs instead of its rail. */
function toWriteOffs({ asset }: Pick<Payment, 'asset'>, command: TransferCommand, { accounts }: MachineContext) {
  if (command.kind !== 'create' || command.source !== accounts.suspense(asset)) return command
  return { ...command, destination: accounts.writeOffs(asset) }
}

function withNote(step: Transition, { text }: Off): Transition {
  return { ...step, note: `Written off: ${text}` }
}

function ofLoss(payment: Payment, off: Off, context: MachineContext): Transition | undefined {
  const amount = openLossOf(payment, context)
  if (amount === 0n) return undefined
  return filled(payment, { row: withOpenLossesWrittenOff(payment, context), amount }, off, context)
}

/** The recipients owe it no more. It stays known whose it was, because what comes back later is not theirs. */
function ofDebt(payment: Payment, off: Off, context: MachineContext): Transition | undefined {
  const amount = owedOf(payment)
  if (amount <= 0n) return undefined
  return filled(payment, { row: withDebtWrittenOff(payment, context), amount }, off, context)
}

function filled(
  payment: Payment,
  { row, amount }: { readonly row: Payment; readonly amount: bigint },
  off: Off,
  context: MachineContext,
): Transition {
  const commands = [fill(payment, amount, context)]
  const step = withNote({ payment: row, commands, events: ['payment.resolved'], caseChange: 'resolved' }, off)
  return payment.phase === 'review' ? decidedFirst(step, reasonOf(payment)) : step
}

function fill(booked: Parameters<typeof transfer>[0], amount: bigint, context: MachineContext) {
  const { accounts } = context
  const { asset } = booked
  return transfer(booked, { source: accounts.writeOffs(asset), destination: accounts.suspense(asset), amount }, context)
}

function ofTried(tried: Refund | Payout, off: Off, context: MachineContext): Transition | undefined {
  const { about, follow } = off
  if (tried.phase === 'review' && reasonOf(tried) === about) return ofReviewed(tried, off, context)
  if (about === 'booking_refused') return ofBounced(tried, off, context)
  if (about !== 'late_success' && about !== 'wrong_amount') return undefined
  const moved = movedAttempts(tried, about, context)
  const amount = sumLeft(moved)
  if (moved.length === 0 && about === 'wrong_amount' && !('payment' in tried)) return ofShortfall(tried, off, context)
  if (amount <= 0n || tried.phase !== 'ended') return undefined
  return withNote({ ...follow('succeeded'), commands: [fill(tried, amount, context)] }, off)
}

function ofShortfall(payout: Payout, off: Off, context: MachineContext): Transition | undefined {
  const { accounts } = context
  const { asset } = payout
  const amount = shortOf(context.attemptsOf(payout)).reduce((sum, attempt) => sum + shortfallIn(attempt), 0n)
  if (amount === 0n) return undefined
  const leg = { source: accounts.suspense(asset), destination: accounts.writeOffs(asset), amount }
  return withNote({ ...off.follow('succeeded'), commands: [transfer(payout, leg, context)] }, off)
}

function sumLeft(attempts: readonly Attempt[]): bigint {
  return attempts.reduce((sum, attempt) => sum + leftOf(attempt), 0n)
}

function ofReviewed(tried: Refund | Payout, off: Off, context: MachineContext): Transition | undefined {
  const { about, follow } = off
  if (about === 'wrong_amount') {
    const booked = bookedBy(tried, context)
    const excess = booked === undefined ? 0n : (booked.amountMoved ?? booked.amount) - tried.amount
    if (excess <= 0n) return undefined
    return withNote({ ...follow('succeeded'), commands: [fill(tried, excess, context)] }, off)
  }
  if ('payment' in tried) return about === 'late_success' ? ofReversal(tried, off, context) : undefined
  if (about !== 'late_success' && about !== 'booking_refused') return undefined
  const step = follow('failed')
  const charge = chargeOf(tried, context)
  return withNote({ ...step, commands: charge > 0n ? [fill(tried, charge, context)] : [] }, off)
}

/** A refund of money in suspense that cannot be made. */
function ofReversal(refund: Refund, off: Off, context: MachineContext): Transition | undefined {
  const { accounts } = context
  const { asset, amount } = refund
  if (refund.holds.length === 0) return undefined
  const step = off.follow('succeeded')
  if (step.refund?.phase !== 'ended') return undefined
  const leg = { source: accounts.suspense(asset), destination: accounts.writeOffs(asset), amount }
  return withNote(
    {
      ...step,
      refund: { ...step.refund, state: 'failed', reason: 'written_off', currentAttempt: undefined },
      commands: [...voidHolds(refund.book, refund.holds), transfer(refund, leg, context)],
      events: ['refund.failed'],
    },
    off,
  )
}

/** It came back, and the accounts that had paid for it cannot take it. */
function ofBounced(tried: Refund | Payout, off: Off, context: MachineContext): Transition | undefined {
  const { accounts } = context
  const { asset } = tried
  const bounced = bouncedOf(context.attemptsOf(tried))
  const amount = bounced.reduce((sum, attempt) => sum + bouncedIn(attempt), 0n)
  if (amount === 0n) return undefined
  const leg = { source: accounts.suspense(asset), destination: accounts.writeOffs(asset), amount }
  const step: Transition = {
    attempts: bounced.map(withoutBounced),
    commands: [transfer(tried, leg, context)],
    events: ['payment' in tried ? 'refund.resolved' : 'payout.resolved'],
    caseChange: 'resolved',
  }
  return withNote(step, off)
}

/** A refund that came back is in suspense for its payment. Only `ofBounced` books this. */
export function withBouncedOff(payment: Payment, input: Input, step: Transition): Transition {
  const isOff = input.kind === 'decision' && input.decision.action === 'write_off' && input.about === 'booking_refused'
  const commands = isOff ? (step.commands ?? []) : []
  const amount = commands.reduce((sum, one) => (one.kind === 'create' ? sum + one.amount : sum), 0n)
  return amount === 0n ? step : { ...step, payment: withSuspended(payment, -amount) }
}
