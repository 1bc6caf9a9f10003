import { describe, expect, it } from 'vitest'
import { createModelRail, declined } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason } from '../../machine.ts'
import { machines } from '../machines.ts'

/** Ended payments and payouts that have one matter for an operator when another one arises. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const seen = { action: 'force', outcome: 'succeeded', evidence: 'It is our loss.' } as const
const dispute = { kind: 'dispute', railReference: 'dsp_1', rail: 'card' } as const

type Stage = ReturnType<typeof createStage>

/** Refunds 60 of a payment. */
function refundSome({ world, settle }: Stage, id: string): void {
  const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] }) ?? never()
  world.input('refund', refund.id, { kind: 'start' })
  settle()
}

/** The rail denies its success: the second time as the answer about which report holds. */
function deny({ world }: Stage, attempt: string): void {
  for (let n = 0; n < 2; n += 1) {
    world.mail.push({ attempt, outcome: { kind: 'failed', decline: declined } })
    world.deliver(0)
    world.calls.length = 0
  }
}

const mattersOf = ({ world }: Pick<Stage, 'world'>, id: string) =>
  (world.matters.get(id) ?? []).map(({ reason }) => reason)

describe('a decision on a later case of an ended subject', () => {
  it('leaves the case of a charge that the rail denies', () => {
    const stage = createStage(machines)
    const { world, card, settle, balances } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    refundSome(stage, id)
    deny(stage, card.operations()[0]?.id ?? never())
    const denied = world.openCases.get(id)
    expect(denied).toMatchObject({ why: 'outcome_unknown' })
    world.input('payment', id, { ...dispute, amount: 50n })
    expect(mattersOf(stage, id)).toEqual(['dispute_after_refund', 'outcome_unknown'])
    world.input('payment', id, { kind: 'decision', decision: seen, about: 'dispute_after_refund' })
    expect(world.openCases.get(id)).toEqual(denied)
    expect(balances()).toEqual({ [clearing]: 10n, [suspense]: -10n })
    world.input('payment', id, { kind: 'decision', decision: seen, about: 'outcome_unknown' })
    expect([world.openCases.size, balances()]).toEqual([0, { [clearing]: 10n, [suspense]: -10n }])
  })

  it('leaves the case of the excess over an operator’s statement, which is returned', () => {
    const stage = createStage(machines, [{ effect: 'done', isTold: false, isMute: true, excess: 30n }])
    const { world, card, settle, wait, callBack, payment, balances } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    wait(48 * 3_600_000)
    world.input('payment', id, { kind: 'decision', decision: seen, about: 'outcome_unknown' })
    callBack('all')
    const excess = world.openCases.get(id)
    expect(excess).toMatchObject({ why: 'wrong_amount' })
    refundSome(stage, id)
    card.dispute(card.operations()[0] ?? never(), 50n)
    world.input('payment', id, { ...dispute, amount: 50n })
    world.input('payment', id, { kind: 'decision', decision: seen, about: 'dispute_after_refund' })
    const detail = `${excess?.detail} Now in suspense: 0.20 USD over card.`
    expect([world.openCases.get(id), payment(id).amountSuspended]).toEqual([{ ...excess, detail }, 20n])
    expect(balances()).toEqual({ [clearing]: -20n, [suspense]: 20n })
    world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' })
    settle()
    expect([world.openCases.size, payment(id).amountSuspended, balances(), card.net()]).toEqual([0, 0n, {}, 0n])
  })

  it('leaves the case of a payout that the rail denies', () => {
    const later = { code: 'issuer_unavailable', remedy: 'later', message: 'Later.' } as const
    const stage = createStage(machines, [
      { effect: 'turned', isTold: true, decline: { ...declined, ...later, code: declined.code } },
      { effect: 'done', isTold: true },
    ])
    const { world, card, settle, wait, balances } = stage
    world.books.fund('shop', 100n)
    const { id } = newPayout(world, { amount: 100n, rail: 'card' })
    settle()
    wait(3_600_000)
    expect(found(world.payouts, id)).toMatchObject({ state: 'succeeded', attempts: 2 })
    const [first = never(), second = never()] = card.operations()
    deny(stage, second.id)
    const denied = world.openCases.get(id)
    card.settle(first, true)
    world.mail.push({ attempt: first.id, outcome: card.tell(first) })
    settle()
    expect(mattersOf(stage, id)).toEqual(['late_success', 'outcome_unknown'])
    world.input('payout', id, { kind: 'decision', decision: seen, about: 'late_success' })
    expect(world.openCases.get(id)).toEqual(denied)
    expect(balances()).toEqual({ world: -100n, [clearing]: 200n, [suspense]: -100n })
  })

  it('leaves the case of late money over a rail that cannot return it', () => {
    const { world, id, balances } = lateBeside()
    const late = world.openCases.get(id)
    expect(late).toMatchObject({ why: 'late_success' })
    world.input('payment', id, { ...dispute, amount: 120n })
    expect(mattersOf({ world }, id)).toEqual(['dispute_after_refund', 'late_success'])
    world.input('payment', id, { kind: 'decision', decision: seen, about: 'dispute_after_refund' })
    expect(world.openCases.get(id)).toEqual(late)
    expect(balances()).toEqual({ [clearing]: 20n, 'rails:cash:clearing:USD': -100n, [suspense]: 80n })
  })

  it('retries its own case, and not the debt of those who got the money', () => {
    const { world, id, payment } = lateBeside()
    const leg = { id: world.newId(), idGiven: false, asset: 'USD', source: 'shop', destination: 'wallet', amount: 100n }
    expect(world.books.book([{ kind: 'create', book: 1, ...leg }])).toBeUndefined()
    world.input('payment', id, { ...dispute, amount: 100n })
    expect(mattersOf({ world }, id)).toEqual(['booking_refused', 'late_success'])
    const back = { ...leg, id: world.newId(), source: 'wallet', destination: 'shop' }
    expect(world.books.book([{ kind: 'create', book: 1, ...back }])).toBeUndefined()
    const retry = (about: CaseReason) =>
      world.input('payment', id, { kind: 'decision', decision: { action: 'retry' }, about })
    retry('late_success')
    expect([mattersOf({ world }, id), payment().amountOwed]).toEqual([['booking_refused', 'late_success'], 100n])
    retry('booking_refused')
    expect([mattersOf({ world }, id), payment().amountOwed]).toEqual([['late_success'], 0n])
  })
})

it('settles one of two late payouts, and the other is decided next', () => {
  const stage = createStage(machines, [
    { effect: 'turned', isTold: true, decline: { ...declined, remedy: 'later' } },
    { effect: 'turned', isTold: true, decline: declined },
  ])
  const { world, card, settle, wait, balances } = stage
  world.books.fund('shop', 300n)
  const { id } = newPayout(world, { amount: 100n, rail: 'card' })
  settle()
  wait(3_600_000)
  expect(found(world.payouts, id)).toMatchObject({ state: 'failed', attempts: 2 })
  for (const operation of card.operations()) {
    card.settle(operation, true)
    world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
    settle()
  }
  world.input('payout', id, { kind: 'decision', decision: seen, about: 'late_success' })
  expect(balances()).toEqual({ world: -300n, shop: 200n, [clearing]: 200n, [suspense]: -100n })
  expect(mattersOf(stage, id)).toEqual(['late_success'])
  world.input('payout', id, { kind: 'decision', decision: seen, about: 'late_success' })
  expect(mattersOf(stage, id)).toEqual([])
})

describe('a case that resolves by itself', () => {
  it('leaves other cases: a loss is still to be decided once the outcome of the payment is known', () => {
    const stage = createStage(machines, [{ effect: 'done', isTold: false, isMute: true }])
    const { world, settle, wait, callBack, payment } = stage
    const { id: paid } = newPayment(world, { source: cardSource })
    settle()
    wait(48 * 3_600_000)
    expect(payment(paid)).toMatchObject({ phase: 'review' })
    world.input('payment', paid, { ...dispute, amount: 20n, originalReference: 'another' })
    expect(mattersOf(stage, paid)).toEqual(['dispute_after_refund', 'outcome_unknown'])
    callBack('last')
    expect([payment(paid).phase, mattersOf(stage, paid)]).toEqual(['ended', ['dispute_after_refund']])
  })
})

/** A payment of 100 that `cash` declined and `card` took. Then `cash`, which cannot refund, took it after all. */
function lateBeside() {
  const elsewhere = { ...declined, remedy: 'rail' } as const
  const cash = createModelRail('cash', () => ({ effect: 'turned', isTold: true, decline: elsewhere }))
  const operations = new Set([...cash.capabilities.operations].filter((one) => one !== 'refund'))
  const card = createModelRail('card', () => ({ effect: 'done', isTold: true }))
  const world = createWorld(machines, [{ ...cash, capabilities: { ...cash.capabilities, operations } }, card])
  for (const code of ['shop', 'wallet']) world.books.open(code)
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const { id } = newPayment(world, { source: { kind: 'rail', rail: 'cash', instrument: 'x', otherRails: ['card'] } })
  settle()
  expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', rail: 'card' })
  const [first = never()] = cash.operations()
  cash.settle(first, true)
  world.mail.push({ attempt: first.id, outcome: cash.tell(first) })
  settle()
  const balances = () =>
    Object.fromEntries(
      world.books
        .codes()
        .map((code): [string, bigint] => [code, world.books.posted(code)])
        .filter(([, posted]) => posted !== 0n),
    )
  return { world, id, balances, payment: () => found(world.payments, id) }
}

function never(): never {
  throw new Error('it should be there')
}
