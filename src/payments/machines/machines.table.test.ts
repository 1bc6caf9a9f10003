import { describe, it } from 'vitest'
import { derivedUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import { startOfTime } from '../../../test/support/payments-world.ts'
import type { Input, MachineContext, SubjectAction, Transition } from '../machine.ts'
import { type Attempt, type Capture, type Payment, type Payout, paymentPhases, type Refund } from '../payment.ts'
import { machines } from './machines.ts'

/**
 * Every phase meets every input. Each combination has a defined answer: a change, or the reason why nothing follows. No
 * answer turns an ended row into an unfinished one without a timer, a call or an operator to continue with it.
 */
const operations = ['authorize', 'charge', 'capture', 'void', 'refund', 'payout'] as const

let ids = 0
const context: MachineContext = {
  now: startOfTime,
  newId: () => {
    ids += 1
    return `f${ids.toString(16).padStart(31, '0')}`
  },
  derivedId: derivedUuid,
  renewableId: derivedUuid,
  random: () => 0.5,
  capabilities: () => ({ operations: new Set(operations), inquireAfterMs: 1_000, authorizationMs: 86_400_000 }),
  isUp: () => true,
  refundsOf: () => [],
  returningOf: () => [],
  attemptsOf: () => [],
  broughtBy: () => [],
  accounts: { clearing: (rail, asset) => `rails:${rail}:clearing:${asset}`, suspense: (asset) => `suspense:${asset}` },
}

const paymentId = '1'.repeat(32)
const subjectId = '2'.repeat(32)
const callId = '3'.repeat(32)
const otherId = '4'.repeat(32)

const rail = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] } as const
const sources = [rail, { ...rail, otherRails: ['bank'] }, { kind: 'wallet', account: 'wallet' }] as const
const captureModes = ['automatic', 'manual'] as const

const basis: Payment = {
  id: paymentId,
  book: 1,
  state: 'processing',
  reason: undefined,
  phase: 'new',
  source: rail,
  asset: 'USD',
  amount: 100n,
  destinations: [{ account: 'shop', amount: 93n }],
  fee: { account: 'fees', amount: 7n },
  capture: 'automatic',
  amountCapturable: 0n,
  amountCapturing: 0n,
  amountCaptured: 0n,
  amountRefunding: 0n,
  amountRefunded: 0n,
  holds: [],
  currentAttempt: undefined,
  rail: 'card',
  railReference: 'auth_1',
  attempts: 1,
  vendor: 0,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  expiresAt: startOfTime - 1,
  createdAt: startOfTime - 1_000_000,
  version: 3,
}

/** Payments as they may be in a phase. */
function paymentsIn(phase: Payment['phase']): Payment[] {
  const all = sources.flatMap((source) => captureModes.map((capture) => ({ ...basis, source, capture, phase })))
  switch (phase) {
    case 'new':
      return all.flatMap((one) => [one, { ...one, currentAttempt: callId, reason: 'rail_unavailable' }])
    case 'calling':
    case 'awaiting':
    case 'inquiring':
      return all.flatMap((one) => [
        { ...one, currentAttempt: callId },
        { ...one, currentAttempt: callId, reason: 'cancel_requested' },
      ])
    case 'held': {
      const held = { ...basis, phase, state: 'authorized', capture: 'manual' } as const
      return [
        { ...held, amountCapturable: 100n },
        { ...held, amountCapturable: 60n, amountCapturing: 40n },
        { ...held, amountCapturable: 60n, amountCapturing: 40n, state: 'processing', reason: 'expired' },
        { ...held, amountCapturable: 100n, state: 'processing', reason: 'cancel_requested' },
        { ...held, amountCapturable: 100n, source: sources[2], holds: ['a'.repeat(32), 'b'.repeat(32)] },
      ]
    }
    case 'releasing':
      return [{ ...basis, phase, capture: 'manual', currentAttempt: callId, reason: 'cancel_requested' }]
    case 'reversing':
      return [{ ...basis, phase, state: 'failed', reason: 'declined', amountSuspended: 100n }]
    case 'ended':
      return [
        { ...basis, phase, state: 'succeeded', amountCaptured: 100n },
        { ...basis, phase, state: 'succeeded', amountCaptured: 100n, currentAttempt: callId },
        { ...basis, phase, state: 'succeeded', amountCaptured: 100n, amountSuspended: -20n },
        { ...basis, phase, state: 'failed', reason: 'declined' },
        { ...basis, phase, state: 'canceled', reason: 'expired' },
      ]
    case 'stuck':
      return stuckPayments.map((one) => ({ ...basis, phase, state: 'requires_review', ...one }))
  }
}

const stuckPayments: readonly Partial<Payment>[] = [
  { reason: 'outcome_unknown', currentAttempt: callId },
  { reason: 'cancel_requested', currentAttempt: callId },
  { reason: 'cancel_requested', currentAttempt: callId, capture: 'manual' },
  { reason: 'rail_unavailable', currentAttempt: callId },
  { reason: 'compensation_failed', currentAttempt: callId, capture: 'manual' },
  { reason: 'wrong_amount', amountSuspended: 90n },
  { reason: 'wrong_amount', amountSuspended: 110n },
  { reason: 'wrong_amount', capture: 'manual', amountCapturable: 90n },
  { reason: 'wrong_amount', capture: 'manual', amountCapturable: 60n, amountSuspended: 30n },
  { reason: 'wrong_amount', amountSuspended: -10n },
  { reason: 'booking_refused', amountSuspended: 100n },
  { reason: 'late_success', amountSuspended: 100n },
  { reason: 'late_success', amountSuspended: 100n, currentAttempt: callId },
]

const attemptStates = ['submitting', 'pending', 'unknown', 'succeeded', 'failed', 'not_sent'] as const

/** Attempts of every operation, in every state: the awaited one, and another. */
function attempts(kind: Attempt['subject']['kind'], id: string, amount: bigint): Attempt[] {
  return operations.flatMap((operation) =>
    attemptStates.flatMap((state) =>
      [callId, otherId].flatMap((attempt) =>
        [0, 6].map((inquiries) => ({
          id: attempt,
          book: 1,
          subject: { kind, id },
          rail: 'card',
          operation,
          amount,
          asset: 'USD',
          instrument: 'card_ok',
          originalReference: operation === 'authorize' || operation === 'charge' ? undefined : 'auth_1',
          state,
          railReference: undefined,
          reason: state === 'succeeded' && inquiries > 0 ? 'doubted' : undefined,
          inquiries,
          createdAt: startOfTime - 1_000_000,
        })),
      ),
    ),
  )
}

const decline = { message: 'No.' }
const outcomesOf = (amount: bigint): readonly RailOutcome[] => [
  { kind: 'succeeded', railReference: 'ref_1', amount },
  { kind: 'succeeded', railReference: 'ref_1', amount: amount - 10n },
  { kind: 'succeeded', railReference: 'ref_1', amount: amount + 10n },
  { kind: 'pending', railReference: 'ref_1' },
  { kind: 'failed', decline: { ...decline, code: 'do_not_honor', remedy: 'instrument' } },
  { kind: 'failed', decline: { ...decline, code: 'operation_not_supported', remedy: 'rail' } },
  { kind: 'failed', decline: { ...decline, code: 'try_again_later', remedy: 'later' } },
  { kind: 'failed', decline: { ...decline, code: 'authorization_expired', remedy: 'never' } },
  { kind: 'unknown', why: 'timeout' },
  { kind: 'unavailable', why: 'outage' },
  { kind: 'unavailable', why: 'outage', retryAt: startOfTime + 5_000_000 },
  { kind: 'not_found' },
]

const decisions: readonly SubjectAction[] = [
  { action: 'retry' },
  { action: 'inquire' },
  { action: 'reverse' },
  { action: 'force', outcome: 'succeeded', evidence: 'The bank statement of 3 May.' },
  { action: 'force', outcome: 'failed', evidence: 'The bank statement of 3 May.' },
]

const capture: Capture = {
  id: subjectId,
  payment: paymentId,
  amount: 40n,
  final: false,
  state: 'processing',
  reason: undefined,
  currentAttempt: undefined,
  createdAt: startOfTime,
}

function inputs(kind: Attempt['subject']['kind'], id: string): Input[] {
  const amount = kind === 'capture' ? capture.amount : 100n
  const made = attempts(kind, id, amount)
  return [
    { kind: 'start' },
    { kind: 'cancel' },
    { kind: 'expire' },
    { kind: 'capture', capture },
    { kind: 'increment', amount: 10n },
    { kind: 'dispute', amount: 30n, railReference: 'dsp_1' },
    { kind: 'dispute', amount: 300n, railReference: 'dsp_1' },
    ...decisions.map((decision): Input => ({ kind: 'decision', decision })),
    ...made.map((attempt): Input => ({ kind: 'overdue', attempt })),
    ...made.flatMap((attempt) => outcomesOf(amount).map((outcome): Input => ({ kind: 'outcome', attempt, outcome }))),
  ]
}

/** A cheap expectation: there are hundreds of thousands of them. */
function must(condition: unknown, reported: string): void {
  if (!condition) throw new Error(reported)
}

/** An answer must have some content, and be whole. The step after a refusal must be, too. */
function expectDefined(answer: Transition, reported: string): void {
  const { ignored, ...rest } = answer
  const parts = Object.values(rest).filter((value) => value !== undefined)
  if (ignored !== undefined) must(parts.length === 0, `${reported}: ignored, and yet something follows`)
  else must(parts.length > 0, `${reported}: neither a change nor why there is none`)
  for (const attempt of answer.newAttempts ?? []) {
    must(attempt.amount > 0n, `${reported}: an attempt of nothing`)
    const isWatched = (answer.timers ?? []).some((timer) => timer.attempt === attempt.id)
    must(isWatched, `${reported}: an attempt that no timer watches`)
  }
  for (const command of answer.commands ?? []) {
    if (command.kind === 'create') must(command.amount > 0n, `${reported}: a transfer of nothing`)
  }
  for (const timer of answer.timers ?? []) {
    must(Number.isSafeInteger(timer.at), `${reported}: a timer at no time`)
  }
  const needsNote = answer.commands !== undefined && answer.commands.length > 0
  if (needsNote) must(answer.note !== undefined, `${reported}: money moves without a word`)
  if (answer.refused !== undefined) {
    const next = answer.refused({ code: 'account_frozen', message: 'The account is frozen.' })
    expectDefined(next, `${reported}, refused by the books`)
  }
}

/** A payment's amounts add up after every input. */
function expectAmounts(payment: Payment | undefined, reported: string): void {
  if (payment === undefined) return
  const { amount, amountCapturable, amountCapturing, amountCaptured, amountRefunding, amountRefunded } = payment
  for (const one of [amountCapturable, amountCapturing, amountCaptured, amountRefunding, amountRefunded]) {
    must(one >= 0n, `${reported}: an amount below nothing`)
  }
  must(amountCapturable + amountCapturing + amountCaptured <= amount, `${reported}: more than there is`)
  must(amountRefunding + amountRefunded <= amountCaptured, `${reported}: more back than taken`)
}

function tell(
  row: { readonly phase?: string; readonly state: string; readonly reason: string | undefined },
  input: Input,
) {
  const attempt = 'attempt' in input ? ` ${input.attempt.operation} ${input.attempt.state}` : ''
  const what = input.kind === 'outcome' ? ` ${input.outcome.kind}` : ''
  const decision = input.kind === 'decision' ? ` ${input.decision.action}` : ''
  return `${row.phase ?? ''} ${row.state} ${row.reason ?? ''} meets ${input.kind}${attempt}${what}${decision}`
}

describe.each(paymentPhases)('a payment that is %s', (phase) => {
  it('answers every input by a change, or by why there is none', () => {
    for (const payment of paymentsIn(phase)) {
      for (const input of inputs('payment', paymentId)) {
        const reported = tell(payment, input)
        const answer = machines.payment(payment, input, context)
        expectDefined(answer, reported)
        expectAmounts(answer.payment, reported)
      }
    }
  })
})

const captures: readonly Capture[] = [
  capture,
  { ...capture, final: true },
  { ...capture, currentAttempt: callId },
  { ...capture, currentAttempt: callId, reason: 'outcome_unknown' },
  { ...capture, state: 'succeeded' },
  { ...capture, state: 'succeeded', currentAttempt: callId },
  { ...capture, state: 'failed', reason: 'declined' },
]

const capturedInPart = {
  amountCapturable: 0n,
  amountCaptured: 20n,
  destinations: [{ account: 'shop', amount: 93n, captured: 19n }],
  fee: { account: 'fees', amount: 7n, captured: 1n },
}

it('every capture answers every input by a change, or by why there is none', () => {
  for (const one of captures) {
    const capturing = one.state === 'processing' ? 40n : 0n
    const held = { capture: 'manual', amountCapturing: capturing, amountCapturable: 60n, state: 'authorized' } as const
    for (const phase of ['held', 'stuck', 'ended'] as const) {
      const left = phase === 'ended' ? { ...held, ...capturedInPart } : held
      const payment: Payment = { ...basis, ...left, phase }
      for (const input of inputs('capture', subjectId)) {
        const reported = tell(one, input)
        const answer = machines.capture(payment, one, input, context)
        expectDefined(answer, reported)
        expectAmounts(answer.payment, reported)
      }
    }
  }
})

const refund: Refund = {
  id: subjectId,
  book: 1,
  payment: paymentId,
  amount: 100n,
  asset: 'USD',
  to: { kind: 'source' },
  from: [
    { account: 'shop', amount: 93n },
    { account: 'fees', amount: 7n },
  ],
  state: 'processing',
  reason: undefined,
  phase: 'new',
  holds: [],
  currentAttempt: undefined,
  attempts: 0,
  isReversal: false,
  metadata: {},
  createdAt: startOfTime,
  version: 0,
}

const stuckReasonsOfRefunds = ['outcome_unknown', 'compensation_failed', 'late_success', 'rail_unavailable'] as const

/** Refunds as they may be in a phase, held when the rail has been asked. */
function refundsIn(phase: Refund['phase']): Refund[] {
  const called = { phase, currentAttempt: callId, holds: ['a'.repeat(32), 'b'.repeat(32)], attempts: 1 }
  switch (phase) {
    case 'new':
      return [refund, { ...refund, to: { kind: 'wallet', account: 'wallet' } }, { ...refund, ...called }]
    case 'stuck':
      return [
        ...stuckReasonsOfRefunds.map((reason) => ({ ...refund, ...called, reason, state: 'requires_review' as const })),
        { ...refund, phase, reason: 'wrong_amount', state: 'requires_review' },
        { ...refund, phase, reason: 'compensation_failed', state: 'requires_review' },
      ]
    case 'ended':
      return [
        { ...refund, phase, state: 'succeeded' },
        { ...refund, phase, state: 'succeeded', currentAttempt: callId },
        { ...refund, phase, state: 'failed', reason: 'declined' },
        { ...refund, phase, state: 'canceled' },
      ]
    default:
      return [{ ...refund, ...called }]
  }
}

const isDone = (one: Refund) => one.phase === 'ended' || (one.reason === 'wrong_amount' && one.holds.length === 0)

describe.each(['new', 'calling', 'awaiting', 'inquiring', 'stuck', 'ended'] as const)(
  'a refund that is %s',
  (phase) => {
    it('answers every input by a change, or by why there is none', () => {
      const suspense = [{ account: 'suspense:USD', amount: 100n }]
      const kinds = refundsIn(phase).flatMap((one) => [
        one,
        { ...one, isReversal: true },
        { ...one, isReversal: true, from: suspense, holds: one.holds.slice(0, 1) },
      ])
      for (const one of kinds) {
        const isOfCaptured = one.from !== suspense
        const amountRefunding = isOfCaptured && !isDone(one) ? 100n : 0n
        const payment: Payment = {
          ...basis,
          phase: isOfCaptured ? 'ended' : 'reversing',
          state: 'succeeded',
          amountCaptured: 100n,
          amountRefunding,
          amountRefunded: isOfCaptured && one.phase === 'ended' && one.state === 'succeeded' ? 100n : 0n,
          amountSuspended: isOfCaptured ? 0n : 100n,
        }
        for (const input of inputs('refund', subjectId)) {
          const reported = tell(one, input)
          const answer = machines.refund(payment, one, input, context)
          expectDefined(answer, reported)
          expectAmounts(answer.payment, reported)
        }
      }
    })
  },
)

const payout: Payout = {
  id: subjectId,
  book: 1,
  amount: 100n,
  asset: 'USD',
  source: 'shop',
  rail: 'card',
  otherRails: ['bank'],
  instrument: 'card_ok',
  state: 'processing',
  reason: undefined,
  phase: 'new',
  holds: [],
  currentAttempt: undefined,
  railReference: undefined,
  attempts: 0,
  vendor: 0,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  createdAt: startOfTime,
  version: 0,
}

const stuckReasonsOfPayouts = ['outcome_unknown', 'rail_unavailable'] as const

function payoutsIn(phase: Payout['phase']): Payout[] {
  const called = { phase, currentAttempt: callId, holds: ['a'.repeat(32)], attempts: 1 }
  switch (phase) {
    case 'new':
      return [payout, { ...payout, ...called }]
    case 'stuck':
      return [
        ...stuckReasonsOfPayouts.map((reason) => ({ ...payout, ...called, reason, state: 'requires_review' as const })),
        ...(['wrong_amount', 'late_success', 'booking_refused'] as const).map((reason) => ({
          ...payout,
          phase,
          reason,
          state: 'requires_review' as const,
        })),
      ]
    case 'ended':
      return [
        { ...payout, phase, state: 'succeeded' },
        { ...payout, phase, state: 'succeeded', currentAttempt: callId },
        { ...payout, phase, state: 'failed', reason: 'declined' },
        { ...payout, phase, state: 'canceled' },
      ]
    default:
      return [{ ...payout, ...called }]
  }
}

describe.each(['new', 'calling', 'awaiting', 'inquiring', 'stuck', 'ended'] as const)(
  'a payout that is %s',
  (phase) => {
    it('answers every input by a change, or by why there is none', () => {
      for (const one of payoutsIn(phase)) {
        for (const input of inputs('payout', subjectId))
          expectDefined(machines.payout(one, input, context), tell(one, input))
      }
    })
  },
)
