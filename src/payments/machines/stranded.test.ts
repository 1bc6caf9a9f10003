import { describe, expect, it } from 'vitest'
import { basis, callId, capture, context } from '../../../test/support/payments-table.ts'
import { createRailsStage } from '../../../test/support/payments-world-rails.ts'
import type { SubjectAction, Transition } from '../machine.ts'
import type { Attempt, Payment, Refund } from '../payment.ts'
import { machines } from './machines.ts'
import { type Effects, isStranded } from './stranded.ts'

const nothing: Effects = { coming: [], isReturning: false, hasCase: false }
const asked = (inquireAt?: number): Attempt => ({
  id: callId,
  book: 1,
  subject: { kind: 'payment', id: basis.id },
  rail: 'card',
  operation: 'charge',
  amount: 100n,
  asset: 'USD',
  instrument: 'any',
  originalReference: undefined,
  state: 'unknown',
  railReference: undefined,
  reason: undefined,
  inquiries: 0,
  createdAt: 0,
  ...(inquireAt !== undefined && { exchange: { inquireAt } }),
})
const timer = (at: number) => ({ input: 'inquire', attempt: callId, at }) as const

describe('an unfinished payment without a case', () => {
  const rows: readonly [string, Payment, Partial<Effects>][] = [
    ['new', basis, { coming: [{ input: 'start', at: 0 }] }],
    ['asked for', { ...basis, phase: 'inquiring', currentAttempt: callId }, { coming: [timer(7)] }],
    [
      'held until it expires',
      { ...basis, phase: 'held', state: 'authorized', expiresAt: 7 },
      { coming: [{ input: 'expire', at: 7 }] },
    ],
    [
      'to be released',
      { ...basis, phase: 'held', reason: 'cancel_requested' },
      { coming: [{ input: 'cancel', at: 7 }] },
    ],
    ['reversing', { ...basis, phase: 'reversing', state: 'failed' }, { isReturning: true }],
  ]
  it.each(rows)('%s: is stranded unless something comes, or an operator sees it', (_, row, effects) => {
    expect(isStranded(row, [asked()], nothing)).toBe(true)
    expect(isStranded(row, [asked()], { ...nothing, ...effects })).toBe(false)
    expect(isStranded(row, [asked()], { ...nothing, hasCase: true })).toBe(false)
  })

  it('is stranded when it is in review, or its timer comes before the time of the inquiry', () => {
    const inquiring: Payment = { ...basis, phase: 'inquiring', currentAttempt: callId }
    expect(isStranded({ ...basis, phase: 'review' }, [], { ...nothing, coming: [timer(7)] })).toBe(true)
    expect(isStranded(inquiring, [asked(8)], { ...nothing, coming: [timer(7)] })).toBe(true)
    expect(isStranded(inquiring, [asked(8)], { ...nothing, coming: [timer(8)] })).toBe(false)
  })

  it('is not stranded when its client continues it, or it has ended', () => {
    const held: Payment = { ...basis, phase: 'held', state: 'authorized', expiresAt: undefined }
    expect(isStranded(held, [], nothing)).toBe(false)
    expect(isStranded({ ...basis, phase: 'ended', state: 'failed' }, [], nothing)).toBe(false)
  })
})

it('a capture and a refund are stranded in the same way', () => {
  const refund = { phase: 'calling', state: 'processing', currentAttempt: callId } as Refund
  for (const row of [{ ...capture, currentAttempt: callId }, refund]) {
    expect(isStranded(row, [], nothing)).toBe(true)
    expect(isStranded(row, [], { ...nothing, coming: [timer(7)] })).toBe(false)
  }
  expect(isStranded({ ...capture, state: 'failed' }, [], nothing)).toBe(false)
})

describe('a retry of the case of a stranded payment', () => {
  const retry = (row: Payment, attempts: readonly Attempt[] = []): Transition => {
    const decision: SubjectAction = { action: 'retry' }
    const known = { ...context, attemptsOf: () => attempts }
    return machines.payment(row, { kind: 'decision', decision, about: 'stranded' }, known)
  }

  it('sets the timer that it lacks', () => {
    const inquiring: Payment = { ...basis, phase: 'inquiring', currentAttempt: callId }
    expect(retry(basis)).toMatchObject({ timers: [{ input: 'start' }], caseChange: 'resolved' })
    expect(retry(inquiring, [asked()])).toMatchObject({
      timers: [{ input: 'overdue', attempt: callId, at: context.now }],
      caseChange: 'resolved',
    })
    const later = context.now + 5_000
    expect(retry(inquiring, [asked(later)])).toMatchObject({ timers: [{ at: later }] })
  })

  it('hands it over when nothing of a success is booked, or it waits for an operator', () => {
    const inquiring: Payment = { ...basis, phase: 'inquiring', currentAttempt: callId }
    expect(retry(inquiring, [{ ...asked(), state: 'succeeded' }])).toMatchObject({
      payment: { phase: 'review', reason: 'unbooked' },
      caseChange: { why: 'unbooked' },
    })
    expect(retry({ ...basis, phase: 'review', reason: 'wrong_amount' })).toMatchObject({
      caseChange: { why: 'wrong_amount', isNext: true },
    })
    expect(retry({ ...basis, phase: 'reversing', state: 'failed', amountSuspended: 100n })).toMatchObject({
      payment: { phase: 'review' },
      caseChange: { why: 'late_success' },
    })
  })
})

it('a capture of unknown outcome that turns out to be of another amount is a matter of its payment', () => {
  const card = (operation: string) =>
    operation === 'capture'
      ? ({ effect: 'done', isTold: false, isMute: true, excess: -10n } as const)
      : ({ effect: 'done', isTold: true } as const)
  const {
    capture: take,
    settle,
    wait,
    say,
    open,
  } = createRailsStage(machines, { card }, { parts: { capture: 'manual' } })
  take(40n)
  settle()
  wait(600_000)
  expect(open()).toEqual(['outcome_unknown'])
  say('card', 'capture')
  expect(open()).toEqual(['wrong_amount'])
})

it('the model stops a step that strands', () => {
  const payment: typeof machines.payment = (row, input, given) => {
    const step = machines.payment(row, input, given)
    return input.kind === 'start' ? { ...step, timers: [] } : step
  }
  const play = () => createRailsStage({ ...machines, payment }, { card: () => ({ effect: 'pending', isTold: true }) })
  expect(play).toThrow('payment start strands')
})
