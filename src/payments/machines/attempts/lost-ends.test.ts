import { describe, expect, it } from 'vitest'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { acceptCancel, newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import type { CaseReason, SubjectAction } from '../../machine.ts'
import type { Payment } from '../../payment.ts'

const done: RailPlan = { effect: 'done', isTold: true }
/** As it is stored when its request is refused. */
const refused = { state: 'failed', phase: 'ended', reason: 'account_frozen' } as const

/** As it was accepted. */
const accepted = (source: Payment['source'], id: string, createdAt: number): Payment => ({
  ...{ id, book: 1, state: 'processing', reason: undefined, phase: 'new', asset: 'USD', amount: 100n },
  ...{ destinations: [{ account: 'shop', amount: 100n }], fee: undefined, capture: 'automatic' },
  ...{ amountCapturable: 0n, amountCapturing: 0n, amountCaptured: 0n, amountRefunding: 0n, amountRefunded: 0n },
  ...{ holds: [], currentAttempt: undefined, rail: undefined, railReference: undefined, attempts: 0, vendor: 0 },
  ...{ lane: 'standard', reference: undefined, metadata: {}, expiresAt: undefined, createdAt, version: 0, source },
})

describe.each([
  ['one rail', []],
  ['two rails', ['bank']],
] as const)('what a lost server had submitted over %s, and the next one ends', (_, otherRails) => {
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails } as const
  const rails = () => [createModelRail('card', () => done), createModelRail('bank', () => done)] as const

  it('as a canceled payment, is refunded', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const next = worldOfServer(both, true)
    next.world.payments.set(id, accepted(source, id, next.world.now))
    acceptCancel(next.world, id)
    next.world.input('payment', id, { kind: 'cancel' })
    next.pass(3_600_000)
    expect([both[0].net(), next.open()]).toEqual([0n, []])
  })

  it('as a payment whose account is frozen, is refunded', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const next = worldOfServer(both, true)
    next.world.payments.set(id, accepted(source, id, next.world.now))
    Object.assign(next.world.context, { refusalOf: () => 'account_frozen' })
    next.world.input('payment', id, { kind: 'start' })
    next.pass(3_600_000)
    expect([both[0].net(), next.open()]).toEqual([0n, []])
  })

  it('as a payment that the next server refused, is refunded', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const next = worldOfServer(both, true)
    newPayment(next.world, { id, source, ...refused })
    next.pass(3_600_000)
    expect([both[0].net(), next.open(), found(next.world.payments, id).reason]).toEqual([0n, [], 'account_frozen'])
    expect(next.world.books.posted('rails:card:clearing:USD')).toBe(0n)
  })

  it('as a payout that the next server refused, is an operator’s', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    lost.world.books.fund('shop', 100n)
    const { id } = newPayout(lost.world, { otherRails })
    lost.settle()
    const next = worldOfServer(both, true)
    newPayout(next.world, { id, otherRails, ...refused })
    next.pass(3_600_000)
    expect([both[0].net(), next.open()]).toEqual([-100n, ['late_success']])
    expect(next.world.books.posted('rails:card:clearing:USD')).toBe(100n)
  })

  it('as a payout without funds, has a case', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    lost.world.books.fund('shop', 100n)
    const made = newPayout(lost.world, { otherRails })
    lost.settle()
    const next = worldOfServer(both, true)
    // The transfer that had funded the shop is lost as well, or the shop has spent the money meanwhile.
    const { phase: _, ...row } = made
    next.world.payouts.set(made.id, {
      ...row,
      phase: 'new',
      holds: [],
      currentAttempt: undefined,
      rail: 'card',
      attempts: 0,
    })
    next.world.input('payout', made.id, { kind: 'start' })
    next.pass(3_600_000)
    expect(both[0].net() === 0n || next.open().length > 0).toBe(true)
  })

  it.each([
    ['a refund', false],
    ['a reversal', true],
  ])('as %s that the books refuse, is booked or has a case', (__, isReversal) => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const snapshot = found(lost.world.payments, id)
    const attempts = new Map(lost.world.attempts)
    const refund = newRefund(lost.world, id, { amount: 100n, from: [{ account: 'shop', amount: 100n }], isReversal })
    if (refund === undefined) throw new Error('refundable')
    lost.world.input('refund', refund.id, { kind: 'start' })
    lost.settle()
    expect(both[0].net()).toBe(0n)
    const next = worldOfServer(both, true)
    next.world.books.fund('shop', 100n)
    next.world.payments.set(id, { ...snapshot, amountRefunding: 100n })
    for (const [k, v] of attempts) next.world.attempts.set(k, v)
    next.world.refunds.set(refund.id, refund)
    next.world.books.freeze('shop', true)
    next.world.input('refund', refund.id, { kind: 'start' })
    next.pass(3_600_000)
    const { state } = found(next.world.refunds, refund.id)
    expect(state === 'succeeded' || next.open().length > 0).toBe(true)
    // What a reversal has not booked is another case than that it is still to be made.
    const clearing = next.world.books.posted('rails:card:clearing:USD')
    expect(clearing + both[0].net()).toBe(100n)
    if (!isReversal) return
    // Once the account can pay, it does, and the rail is not asked again.
    next.world.books.freeze('shop', false)
    for (const about of ['late_success', 'compensation_failed'] as const) {
      const decision = about === 'late_success' ? force('succeeded') : ({ action: 'retry' } as const)
      next.world.input('refund', refund.id, { kind: 'decision', decision, about })
      next.pass(60_000)
    }
    expect([found(next.world.refunds, refund.id).state, next.open(), both[0].net()]).toEqual(['succeeded', [], 0n])
    expect(['shop', 'suspense:USD'].map((code) => next.world.books.posted(code))).toEqual([0n, 0n])
  })
})

/** The rail that lost the operation does not say, and the next server has none of it. */
function unsaid(kind: 'payment' | 'payout') {
  const card = createModelRail('card', () => ({ effect: 'nothing', isTold: false, isNotYet: true }))
  const isSaid = (operation: string) => operation === 'refund'
  const bank = createModelRail('bank', ({ operation }) =>
    isSaid(operation) ? done : { effect: 'done', isTold: false, isMute: true },
  )
  const both = [card, bank]
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: ['bank'] } as const
  const start = (mayBeLost: boolean) => {
    const server = worldOfServer(both, mayBeLost)
    server.world.books.fund('shop', 500n)
    const { id } =
      kind === 'payment' ? newPayment(server.world, { source }) : newPayout(server.world, { otherRails: ['bank'] })
    return { ...server, id }
  }
  card.isUp = false
  start(false).settle()
  card.isUp = true
  const next = start(true)
  const { world, id } = next
  next.pass(600_000)
  const attemptOver = (rail: string) =>
    [...world.attempts.values()].find((one) => one.rail === rail && one.state === 'unknown')
  const decide = (decision: SubjectAction, about: CaseReason = 'outcome_unknown') => {
    world.input(kind, id, { kind: 'decision', decision, about })
    next.pass(60_000)
  }
  return { ...next, card, bank, decide, attemptOver }
}
const force = (outcome: 'succeeded' | 'failed', railReference?: string): SubjectAction => ({
  ...{ action: 'force', outcome, evidence: 'The console.' },
  ...(railReference !== undefined && { railReference }),
})

describe('what a lost server may have submitted over a rail that does not say', () => {
  it('is stated under its own reference, and given back by that', () => {
    const { world, id, bank, decide, attemptOver, open } = unsaid('payment')
    expect([open(), bank.net()]).toEqual([['outcome_unknown'], 100n])
    const [own, lost] = [attemptOver('card'), attemptOver('bank')]
    // No rail is asked for ever.
    expect(world.timers).toEqual([])
    decide(force('failed'))
    expect(open()).toEqual(['outcome_unknown'])
    // Nothing can be given back without it.
    decide(force('succeeded'))
    expect([open(), bank.net()]).toEqual([['outcome_unknown'], 100n])
    const [{ reference } = { reference: '' }] = bank.operations()
    decide(force('succeeded', reference))
    expect([open(), bank.net(), found(world.payments, id).state]).toEqual([[], 0n, 'failed'])
    const named = [own, lost].map((one) => world.attempts.get(one?.id ?? '')?.railReference)
    expect(named).toEqual([undefined, reference])
    expect(['bank', 'card'].map((rail) => world.books.posted(`rails:${rail}:clearing:USD`))).toEqual([0n, 0n])
  })

  it('has not happened when an operator states so', () => {
    const { bank, decide, open } = unsaid('payment')
    decide(force('failed'))
    decide(force('failed'))
    expect([open(), bank.operations().length]).toEqual([[], 1])
  })

  it('keeps the reference of the payout that is stated first with that one', () => {
    const { world, bank, decide, attemptOver, open } = unsaid('payout')
    const [own, lost] = [attemptOver('card'), attemptOver('bank')]
    decide(force('succeeded', 'card_77'))
    const named = () => [own, lost].map((one) => world.attempts.get(one?.id ?? '')?.railReference)
    expect([named(), open()]).toEqual([['card_77', undefined], ['outcome_unknown']])
    decide(force('succeeded'))
    expect([open(), bank.net()]).toEqual([['late_success'], -100n])
    expect(world.books.posted('rails:bank:clearing:USD')).toBe(100n)
    const [late] = [...world.matters.values()].flat()
    expect(late?.about).toMatchObject({ attempt: lost?.id, amount: 100n })
  })
})

it('a refund that the next server refused is booked if a lost one had made it', () => {
  const rail = createModelRail('card', () => done)
  const [lost, next] = [worldOfServer([rail], false), worldOfServer([rail], true)]
  const { id } = newPayment(lost.world, { source: { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } })
  lost.settle()
  const payment = found(lost.world.payments, id)
  const refund = newRefund(lost.world, id, { amount: 40n, from: [{ account: 'shop', amount: 40n }] })
  if (refund === undefined) throw new Error('refundable')
  lost.world.input('refund', refund.id, { kind: 'start' })
  lost.settle()
  const { world } = next
  world.books.fund('shop', 100n)
  world.payments.set(id, payment)
  for (const [key, attempt] of lost.world.attempts) if (attempt.operation === 'charge') world.attempts.set(key, attempt)
  world.refunds.set(refund.id, { ...refund, ...refused })
  world.input('refund', refund.id, { kind: 'start' })
  next.pass(3_600_000)
  expect([rail.net(), next.open(), found(world.refunds, refund.id).state]).toEqual([60n, [], 'succeeded'])
  expect(['shop', 'rails:card:clearing:USD'].map((code) => world.books.posted(code))).toEqual([60n, 40n])
})

it('a reversal that a lost server may have made is not made again before that is known', () => {
  const rail = createModelRail('card', () => done)
  const next = worldOfServer([rail], true)
  const { world } = next
  const { id } = newPayment(world, { source: { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } })
  next.settle()
  const refund = newRefund(world, id, { amount: 100n, from: [{ account: 'shop', amount: 100n }], isReversal: true })
  world.books.freeze('shop', true)
  const of = refund?.id ?? ''
  world.input('refund', of, { kind: 'start' })
  world.books.freeze('shop', false)
  const retry = () => {
    world.input('refund', of, { kind: 'decision', decision: { action: 'retry' }, about: 'compensation_failed' })
    next.settle()
  }
  retry()
  expect([found(world.refunds, of).state, rail.net()]).toEqual(['requires_review', 100n])
  next.pass(3_600_000)
  retry()
  next.pass(60_000)
  expect([found(world.refunds, of).state, rail.net(), next.open()]).toEqual(['succeeded', 0n, []])
  expect(world.books.posted('rails:card:clearing:USD')).toBe(0n)
})

it('a reversal that its rail has never received is made again under the id that it had at the lost server', () => {
  const plans: RailPlan[] = [done, { effect: 'latent', isTold: false }]
  const rail = createModelRail('card', () => plans.shift() ?? done)
  const lost = worldOfServer([rail], false)
  const { id } = newPayment(lost.world, { source: { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } })
  lost.settle()
  const payment = { ...found(lost.world.payments, id), amountRefunding: 50n }
  const attempts = [...lost.world.attempts]
  const asked = { amount: 50n, from: [{ account: 'shop', amount: 50n }], isReversal: true }
  const refund = newRefund(lost.world, id, asked)
  if (refund === undefined) throw new Error('refundable')
  lost.world.input('refund', refund.id, { kind: 'start' })
  lost.settle()
  const { world, pass, open } = worldOfServer([rail], true)
  world.books.fund('shop', 100n)
  world.payments.set(id, payment)
  for (const [key, attempt] of attempts) world.attempts.set(key, attempt)
  world.refunds.set(refund.id, refund)
  world.books.freeze('shop', true)
  world.input('refund', refund.id, { kind: 'start' })
  pass(3_600_000)
  world.books.freeze('shop', false)
  expect([open(), rail.net()]).toEqual([['compensation_failed'], 100n])
  world.input('refund', refund.id, { kind: 'decision', decision: { action: 'retry' }, about: 'compensation_failed' })
  pass(60_000)
  rail.surface()
  expect([found(world.refunds, refund.id).state, rail.net(), open()]).toEqual(['succeeded', 50n, []])
  expect(['shop', 'suspense:USD'].map((code) => world.books.posted(code))).toEqual([50n, 0n])
})
