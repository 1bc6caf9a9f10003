import { describe, expect, it } from 'vitest'
import { declined } from '../../../../test/support/model-rail.ts'
import { found, type World } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import {
  newCapture,
  newPayment,
  newPayout,
  newRefund,
  retryPayment,
} from '../../../../test/support/payments-world-requests.ts'
import type { Input } from '../../machine.ts'
import { machines } from '../machines.ts'

/** The whole path of the money when rails do or report something unexpected. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'

/** The transfers that were made or ended, as `source → destination amount`, apart from holds. */
function transfers(world: World): string[] {
  return world.steps.flatMap(({ transition }) =>
    (transition.commands ?? []).map((command) => {
      if (command.kind !== 'create') return command.kind
      return `${command.pending === true ? 'hold ' : ''}${command.source} → ${command.destination} ${command.amount}`
    }),
  )
}

function dispute(amount: bigint): Input {
  return { kind: 'dispute', amount, railReference: 'dsp_1', rail: 'card' }
}

describe('a late success after a reversal', () => {
  it('goes to suspense and is returned, and the shop never gets it', () => {
    const { world, card, settle, wait, payment, balances } = createStage(machines, [
      { effect: 'latent', isTold: false },
    ])
    const { id } = newPayment(world, { source: cardSource })
    settle()
    world.input('payment', id, { kind: 'cancel' })
    wait(5_000)
    expect(payment(id)).toMatchObject({ state: 'canceled', phase: 'ended' })
    expect(balances()).toEqual({})

    card.surface()
    const [late] = card.operations()
    world.mail.push({ attempt: late?.id ?? '', outcome: { kind: 'succeeded', railReference: 'chg_1', amount: 100n } })
    world.deliver(0)
    expect(payment(id)).toMatchObject({
      state: 'canceled',
      phase: 'reversing',
      amountSuspended: 100n,
      amountCaptured: 0n,
    })
    expect(balances()).toEqual({ [clearing]: -100n, [suspense]: 100n })
    expect(transfers(world)).toEqual([`${clearing} → ${suspense} 100`, `hold ${suspense} → ${clearing} 100`])
  })

  it('whose refund succeeds leaves all balances at zero', () => {
    const { world, card, settle, payment, balances } = createStage(machines, [{ effect: 'turned', isTold: true }])
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(payment(id)).toMatchObject({ state: 'failed', reason: 'do_not_honor' })
    for (const operation of card.operations()) card.settle(operation, true)
    expect(card.net()).toBe(100n)
    const [attempt] = card.operations()
    world.mail.push({ attempt: attempt?.id ?? '', outcome: card.tell(attempt ?? never()) })
    settle()
    expect(payment(id)).toMatchObject({ state: 'failed', reason: 'do_not_honor', phase: 'ended', amountSuspended: 0n })
    const [refund] = [...world.refunds.values()]
    expect(refund).toMatchObject({ state: 'succeeded', isReversal: true, amount: 100n })
    expect(balances()).toEqual({})
    expect(card.net()).toBe(0n)
  })

  it('whose refund fails has a case until the money has been returned', () => {
    const { world, card, settle, wait, balances } = createStage(machines, [
      { effect: 'turned', isTold: true },
      { effect: 'declined', isTold: true, decline: declined },
    ])
    newPayment(world, { source: cardSource })
    settle()
    for (const operation of card.operations()) card.settle(operation, true)
    const [attempt] = card.operations()
    world.mail.push({ attempt: attempt?.id ?? '', outcome: card.tell(attempt ?? never()) })
    settle()
    const [refund] = [...world.refunds.values()]
    expect(refund).toMatchObject({ state: 'requires_review', phase: 'review', reason: 'late_success' })
    expect(world.openCases.get(refund?.id ?? '')).toMatchObject({ why: 'late_success' })
    world.input('refund', refund?.id ?? '', { kind: 'decision', decision: { action: 'retry' } })
    wait(1_000)
    expect(found(world.refunds, refund?.id ?? '')).toMatchObject({ state: 'succeeded' })
    expect(world.openCases.size).toBe(0)
    expect(balances()).toEqual({})
  })

  it('of the first of two tries does not touch the second, which succeeded', () => {
    const { world, card, settle, payment, balances } = createStage(machines, [{ effect: 'turned', isTold: true }])
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(retryPayment(world, id)).toBe(true)
    settle()
    expect(payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
    for (const operation of card.operations()) card.settle(operation, true)
    expect(card.net()).toBe(200n)
    const [first] = card.operations()
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    settle()
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended', amountCaptured: 100n, amountRefunded: 0n })
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
    expect(card.net()).toBe(100n)
  })
})

describe('a callback', () => {
  it('before the response charges once, and the response changes nothing', () => {
    const { world, card, payment, balances } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    world.call(0)
    const [charge] = card.operations()
    world.mail.unshift({ attempt: charge?.id ?? '', outcome: card.tell(charge ?? never()) })
    world.deliver(0)
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended' })
    const response = world.deliver(0)
    expect(response.ignored).toBeDefined()
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
    expect(transfers(world)).toEqual([`${clearing} → shop 100`])
  })

  it('that comes twice is booked once', () => {
    const { world, card, settle, callBack, balances } = createStage(machines, [{ effect: 'pending', isTold: true }])
    newPayment(world, { source: cardSource })
    settle()
    for (const operation of card.operations()) card.settle(operation, true)
    callBack()
    callBack()
    callBack('all')
    expect(transfers(world)).toEqual([`${clearing} → shop 100`])
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
  })

  it('that reports pending after the end changes nothing', () => {
    const { world, card, settle, payment } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const [charge] = card.operations()
    world.mail.push({ attempt: charge?.id ?? '', outcome: { kind: 'pending', railReference: 'chg_1' } })
    expect(world.deliver(0).ignored).toBeDefined()
    expect(payment(id)).toMatchObject({ state: 'succeeded' })
  })

  it('of an older failure after the success triggers an inquiry, whose answer then holds', () => {
    const { world, card, settle, wait, payment, balances } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const [charge] = card.operations()
    world.mail.push({ attempt: charge?.id ?? '', outcome: { kind: 'failed', decline: declined } })
    wait(2_000)
    expect(payment(id)).toMatchObject({ state: 'succeeded' })
    expect(world.openCases.size).toBe(0)
    expect([...world.attempts.values()][0]).toMatchObject({ state: 'succeeded', reason: undefined })
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
  })

  it('of a failure after the success, which the rail confirms, opens a case', () => {
    const { world, card, payment } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    world.call(0)
    world.deliver(0)
    const [charge] = card.operations()
    const failed = { kind: 'failed', decline: declined } as const
    for (const outcome of [failed, failed]) {
      world.mail.push({ attempt: charge?.id ?? '', outcome })
      world.deliver(0)
    }
    expect(payment(id)).toMatchObject({ state: 'succeeded' })
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    const decision = { action: 'force', outcome: 'failed', evidence: 'The statement of the rail.' } as const
    world.input('payment', id, { kind: 'decision', decision })
    expect(world.openCases.size).toBe(0)
    expect(world.books.posted('shop')).toBe(0n)
    expect(world.books.posted(clearing)).toBe(0n)
  })
})

describe('a wrong amount', () => {
  it('that is too little is in suspense until it is returned', () => {
    const { world, card, settle, payment, balances } = createStage(machines, [
      { effect: 'done', isTold: true, excess: -10n },
    ])
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(payment(id)).toMatchObject({ state: 'requires_review', reason: 'wrong_amount', amountSuspended: 90n })
    expect(balances()).toEqual({ [clearing]: -90n, [suspense]: 90n })

    const accept = { action: 'force', outcome: 'succeeded', evidence: 'It should do.' } as const
    world.input('payment', id, { kind: 'decision', decision: accept })
    expect(world.openCases.get(id)).toMatchObject({ why: 'wrong_amount' })

    world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' } })
    settle()
    expect(payment(id)).toMatchObject({ state: 'failed', reason: 'wrong_amount', phase: 'ended', amountSuspended: 0n })
    expect(balances()).toEqual({})
    expect(card.net()).toBe(0n)
    expect(world.openCases.size).toBe(0)
  })

  it('that is too much is delivered as requested, and the rest is returned', () => {
    const { world, card, settle, payment, balances } = createStage(machines, [
      { effect: 'done', isTold: true, excess: 10n },
    ])
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(balances()).toEqual({ [clearing]: -110n, [suspense]: 110n })
    const accept = { action: 'force', outcome: 'succeeded', evidence: 'The payer agrees.' } as const
    world.input('payment', id, { kind: 'decision', decision: accept })
    settle()
    expect(payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n, amountSuspended: 0n, phase: 'ended' })
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
    expect(card.net()).toBe(100n)
  })

  it('of a capture goes to suspense, and is captured when an operator accepts it', () => {
    const { world, card, settle, payment, balances } = createStage(machines, [
      { effect: 'done', isTold: true },
      { effect: 'done', isTold: true, excess: -5n },
    ])
    const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
    settle()
    const capture = newCapture(world, id, 60n, true)
    world.input('capture', capture?.id ?? '', { kind: 'start' })
    settle()
    expect(payment(id)).toMatchObject({
      phase: 'review',
      reason: 'wrong_amount',
      amountSuspended: 55n,
      amountCapturing: 0n,
    })
    const accept = { action: 'force', outcome: 'succeeded', evidence: 'The shop agrees.' } as const
    world.input('payment', id, { kind: 'decision', decision: accept })
    expect(payment(id)).toMatchObject({ state: 'authorized', amountCaptured: 55n, amountSuspended: 0n })
    expect(balances()).toEqual({ [clearing]: -55n, shop: 55n })
    expect(card.net()).toBe(55n)
  })

  it('of a payout is booked as it was, and an operator handles the difference', () => {
    const { world, card, settle, balances } = createStage(machines, [{ effect: 'done', isTold: true, excess: 10n }])
    world.books.fund('shop', 500n)
    const { id } = newPayout(world)
    settle()
    expect(found(world.payouts, id)).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
    expect(balances()).toMatchObject({ shop: 400n, [clearing]: 110n, [suspense]: -10n })
    expect(card.net()).toBe(-110n)
  })
})

describe('money that goes two ways at once', () => {
  it('by a refund and a dispute is never debited twice from those who got it', () => {
    const { world, card, settle, payment, balances } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })
    world.input('refund', refund?.id ?? '', { kind: 'start' })
    const [charge] = card.operations()
    card.dispute(charge ?? never(), 100n)
    world.input('payment', id, dispute(100n))
    expect(payment(id)).toMatchObject({ amountRefunding: 60n, amountRefunded: 40n, amountSuspended: -60n })
    expect(world.openCases.get(id)).toMatchObject({ why: 'dispute_after_refund' })
    settle()
    expect(payment(id)).toMatchObject({ amountRefunding: 0n, amountRefunded: 100n })
    expect(balances()).toEqual({ [clearing]: 60n, [suspense]: -60n })
    expect(card.net()).toBe(-60n)
  })

  it('by a refund of the whole, and then by a dispute of the whole, is a loss with a case', () => {
    const { world, card, settle, payment, balances } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const refund = newRefund(world, id, { amount: 100n, from: [{ account: 'shop', amount: 100n }] })
    world.input('refund', refund?.id ?? '', { kind: 'start' })
    settle()
    expect(balances()).toEqual({})
    const [charge] = card.operations()
    card.dispute(charge ?? never(), 100n)
    world.input('payment', id, dispute(100n))
    expect(payment(id)).toMatchObject({ amountRefunded: 100n, amountSuspended: -100n, amountLost: 100n })
    expect(world.openCases.get(id)).toMatchObject({ why: 'dispute_after_refund' })
    expect(balances()).toEqual({ [clearing]: 100n, [suspense]: -100n })
    expect(card.net()).toBe(-100n)
  })

  it('by a dispute of a late charge that was returned is a loss, and the shop keeps its own', () => {
    const { world, settle, payment, balances } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const strays = [{ rail: 'upi' }, { rail: 'card', originalReference: 'the first charge' }]
    for (const [index, stray] of strays.entries()) {
      const input = { kind: 'dispute', amount: 100n, railReference: `dsp_${index}`, ...stray } as const
      world.input('payment', id, input)
    }
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountSuspended: -200n })
    expect(world.openCases.get(id)).toMatchObject({ why: 'dispute_after_refund' })
    const originalReference = payment(id).railReference ?? ''
    expect(balances()).toEqual({ shop: 100n, 'rails:upi:clearing:USD': 100n, [suspense]: -200n })
    world.input('payment', id, { ...dispute(100n), originalReference } as Input)
    expect(payment(id)).toMatchObject({ amountRefunded: 100n, amountSuspended: -200n })
  })

  it('by a capture and a cancel is captured, and the rest is released', () => {
    const { world, card, settle, payment } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
    settle()
    const capture = newCapture(world, id, 30n, false)
    world.input('capture', capture?.id ?? '', { kind: 'start' })
    world.input('payment', id, { kind: 'cancel' })
    expect(payment(id)).toMatchObject({ state: 'processing', reason: 'cancel_requested' })
    settle()
    expect(payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 30n, amountCapturable: 0n, phase: 'ended' })
    expect(card.operations().map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      'authorize succeeded',
      'capture succeeded',
      'void succeeded',
    ])
    expect(card.net()).toBe(30n)
  })

  it('adds up to the unit over any number of captures among three', () => {
    const { world, settle, payment } = createStage(machines)
    const shares = [
      { account: 'shop', amount: 34n },
      { account: 'partner', amount: 33n },
    ]
    const fee = { account: 'fees', amount: 33n }
    const { id } = newPayment(world, { source: cardSource, capture: 'manual', destinations: shares, fee })
    settle()
    for (const amount of [1n, 1n, 5n, 7n, 11n, 13n, 17n, 45n]) {
      const capture = newCapture(world, id, amount, false)
      world.input('capture', capture?.id ?? '', { kind: 'start' })
      settle()
    }
    expect(payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n, destinations: shares, fee })
    expect(['shop', 'partner', 'fees'].map((code) => world.books.posted(code))).toEqual([34n, 33n, 33n])
  })
})

function never(): never {
  throw new Error('the rail has heard of it')
}
