import { describe, expect, it } from 'vitest'
import { createReturnsStage, share } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

// A charge or capture that a rail had reported as done comes back: its recipients pay it back.

const start = (...plans: NonNullable<Parameters<typeof createReturnsStage>[1]>) => createReturnsStage(machines, plans)

describe('a charge that comes back', () => {
  it('whole, is paid back by its recipients', () => {
    const { pay, comeBack, balances, payment, open, events, beyondRail } = start()
    const id = pay()
    comeBack('charge', 100n)
    expect([balances(), open(), beyondRail()]).toEqual([{}, [], 0n])
    expect(payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n, amountRefunded: 100n })
    expect(events()).toEqual(['payment.succeeded', 'payment.returned'])
  })

  it('in several parts, is paid back in proportion to what each still has', () => {
    const { pay, comeBack, refund, balances, payment, beyondRail } = start()
    const id = pay()
    refund(id, [share('partner', 30n)])
    comeBack('charge', 1n)
    comeBack('charge', 20n)
    expect([balances(), beyondRail()]).toEqual([{ 'rails:card:clearing:USD': -49n, shop: 49n }, 0n])
    expect(payment(id).amountRefunded).toBe(51n)
  })

  it('after a refund, is a loss as far as it was refunded', () => {
    const { pay, comeBack, refund, balances, open, payment, beyondRail } = start()
    const id = pay()
    refund(id, [share('shop', 70n)])
    comeBack('charge', 100n)
    expect(balances()).toEqual({ 'rails:card:clearing:USD': 70n, 'suspense:USD': -70n })
    expect([open(), payment(id).amountLost, beyondRail()]).toEqual([['dispute_after_refund'], 70n, 0n])
  })

  it('after a dispute took a part of it, takes only the rest from its recipients', () => {
    const { world, card, operation, pay, comeBack, balances, beyondRail } = start()
    const id = pay()
    card.dispute(operation('charge'), 40n)
    world.input('payment', id, { kind: 'dispute', amount: 40n, railReference: 'dsp_1', rail: 'card' })
    comeBack('charge', 60n)
    expect([balances(), beyondRail()]).toEqual([{}, 0n])
  })

  it('is owed by recipients that cannot pay, until they can', () => {
    const { world, pay, comeBack, balances, open, decide, beyondRail } = start()
    const id = pay()
    world.books.freeze('shop', true)
    comeBack('charge', 100n)
    expect([balances(), open()]).toEqual([{ partner: 30n, shop: 70n, 'suspense:USD': -100n }, ['booking_refused']])
    world.books.freeze('shop', false)
    decide('payment', id, 'booking_refused', { action: 'retry' })
    expect([balances(), open(), beyondRail()]).toEqual([{}, [], 0n])
  })

  it('from suspense, takes nothing from the recipients, who never got it', () => {
    const { pay, comeBack, balances, open, payment, beyondRail } = start({ effect: 'done', isTold: true, excess: -7n })
    const id = pay()
    expect(balances()).toEqual({ 'rails:card:clearing:USD': -93n, 'suspense:USD': 93n })
    comeBack('charge', 93n)
    expect([balances(), open(), payment(id).amountSuspended, beyondRail()]).toEqual([{}, ['wrong_amount'], 0n, 0n])
  })
})

it('a capture that comes back is paid back by the recipients of the payment', () => {
  const { pay, capture, comeBack, balances, payment, open, beyondRail } = start()
  const id = pay({ capture: 'manual' })
  capture(id, 60n)
  capture(id, 20n)
  comeBack('capture', 60n, { at: 0 })
  expect([balances(), open(), beyondRail()]).toEqual([
    { 'rails:card:clearing:USD': -20n, partner: 6n, shop: 14n },
    [],
    0n,
  ])
  expect(payment(id)).toMatchObject({ amountCaptured: 80n, amountRefunded: 60n, phase: 'held' })
})

describe('a return that the rail reports', () => {
  it('often, counts once; under its reference with another amount, an operator looks', () => {
    const { pay, comeBack, hear, operation, balances, unmatched } = start()
    pay()
    const made = comeBack('charge', 10n)
    const after = balances()
    hear(operation('charge'), made)
    hear(operation('charge'), { ...made, amount: 11n })
    expect([balances(), unmatched()]).toEqual([
      after,
      [expect.stringContaining('0.10 USD under that reference before')],
    ])
  })

  it('beyond what had moved, is not booked, and an operator looks', () => {
    const { pay, operation, hear, balances, unmatched } = start()
    pay()
    const after = balances()
    const reason = { code: 'R01', message: '' }
    hear(operation('charge'), { railReference: 'r-9', amount: 101n, reason, occurredAt: 0 })
    expect([balances(), unmatched()]).toEqual([after, [expect.stringContaining('only 1.00 USD of it can come back')]])
  })

  it('before the charge itself, waits for its outcome', () => {
    const { world, card, operation, pay, hear, settle, callBack, balances, unmatched, beyondRail } = start({
      effect: 'pending',
      isTold: true,
    })
    pay()
    card.settle(operation('charge'), true)
    const made = card.comeBack(operation('charge'), 100n)
    if (made === undefined) throw new Error('it came back')
    hear(operation('charge'), made)
    expect([balances(), unmatched(), world.waiting.length]).toEqual([{}, [], 1])
    operation('charge').returns = []
    callBack()
    expect(balances()).toEqual({ 'rails:card:clearing:USD': -100n, partner: 30n, shop: 70n })
    world.look()
    settle()
    expect([balances(), world.waiting.length, beyondRail()]).toEqual([{}, 0, 0n])
  })

  it('of a charge that had failed, is not booked, and an operator looks', () => {
    const { world, operation, pay, hear, settle, balances, unmatched } = start({ effect: 'declined', isTold: true })
    pay()
    const reason = { code: 'R01', message: '' }
    hear(operation('charge'), { railReference: 'r-9', amount: 100n, reason, occurredAt: 0 })
    for (let looks = 1; looks <= 4; looks += 1) {
      expect([balances(), unmatched(), world.waiting.length]).toEqual([{}, [], 1])
      world.look()
      settle()
    }
    expect([balances(), unmatched()]).toEqual([{}, [expect.stringContaining('nothing of it is booked')]])
  })

  it('of a charge that had failed at first, is booked when the rail says that it happened', () => {
    const { card, operation, pay, comeBack, balances, open, unmatched, world, beyondRail } = start({
      ...{ effect: 'turned', isTold: true },
    })
    pay()
    card.settle(operation('charge'), true)
    comeBack('charge', 100n)
    world.look()
    expect([balances(), unmatched(), world.waiting.length, beyondRail()]).toEqual([{}, [], 0, 0n])
    expect(open()).toEqual([])
  })
})

describe('a rail that says that a success failed', () => {
  const failed = {
    kind: 'failed',
    decline: { code: 'declined', remedy: 'never', message: 'Returned.' },
  } as const

  it('and confirms on inquiry that it came back, needs no operator', () => {
    const { world, operation, pay, comeBack, wait, balances, open, payment, beyondRail } = start()
    const id = pay()
    comeBack('charge', 100n, { isTold: false })
    world.mail.push({ attempt: operation('charge').id, outcome: failed })
    wait(60_000)
    expect([balances(), open(), payment(id).amountRefunded, beyondRail()]).toEqual([{}, [], 100n, 0n])
    world.mail.push({ attempt: operation('charge').id, outcome: failed })
    wait(60_000)
    expect([balances(), open()]).toEqual([{}, []])
  })

  it('and on inquiry as well, is an operator’s case, until a return says what happened', () => {
    const { world, operation, pay, comeBack, wait, balances, open, beyondRail } = start()
    pay()
    Object.assign(operation('charge'), { status: 'failed', decline: failed.decline })
    world.mail.push({ attempt: operation('charge').id, outcome: failed })
    wait(60_000)
    expect(open()).toEqual(['outcome_unknown'])
    Object.assign(operation('charge'), { status: 'succeeded' })
    comeBack('charge', 100n)
    expect([balances(), open(), beyondRail()]).toEqual([{}, [], 0n])
  })
})
