import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { clearingOf, suspense } from '../../../../test/support/payments-world.ts'
import { createRailsStage, type RailScript, stated } from '../../../../test/support/payments-world-rails.ts'
import { machines } from '../machines.ts'

// An operator settles a denied attempt as not happened, and then the rail reports that it did happen.

const clearing = clearingOf('card')
const done: RailPlan = { effect: 'done', isTold: true }
const slow: RailPlan = { effect: 'pending', isTold: true }
const mute: RailPlan = { effect: 'done', isTold: false, isMute: true }

const refundsSlowly =
  (plan: RailPlan): RailScript =>
  (operation) =>
    operation === 'refund' ? slow : operation === 'authorize' ? done : plan

describe('a charge that was debited from those who got it, and happened after all,', () => {
  const again = (stage: ReturnType<typeof createRailsStage>) => {
    const { world, payment, balances, open, affirm, happen } = stage
    expect([balances(), open()]).toEqual([{}, []])
    affirm('card', 'charge')
    expect([balances(), payment().phase]).toEqual([{ [clearing]: -100n, [suspense]: 100n }, 'reversing'])
    happen('card', 'refund')
    expect([balances(), payment().phase, open(), world.books.held(suspense)]).toEqual([{}, 'ended', [], 0n])
  }

  it('is late, and is returned', () => {
    const stage = createRailsStage(machines, { card: refundsSlowly(done) })
    stage.deny('card', 'charge')
    stage.decide('outcome_unknown', stated('failed'))
    again(stage)
  })

  it('is returned, too, when an operator had stated it before the rail denied it', () => {
    const stage = createRailsStage(machines, { card: refundsSlowly(mute) })
    stage.wait(120_000)
    stage.decide('outcome_unknown', stated('succeeded'))
    stage.deny('card', 'charge')
    stage.decide('outcome_unknown', stated('failed'))
    again(stage)
  })

  it('is returned, too, when those who got it could not repay: they still owe it', () => {
    const stage = createRailsStage(machines, { card: refundsSlowly(done) })
    const { world, payment, balances, deny, affirm, happen, decide, open } = stage
    deny('card', 'charge')
    world.books.freeze('shop', true)
    decide('outcome_unknown', stated('failed'))
    world.books.freeze('shop', false)
    expect([balances(), open()]).toEqual([{ shop: 100n, [suspense]: -100n }, ['booking_refused']])
    affirm('card', 'charge')
    happen('card', 'refund')
    expect([balances(), payment().amountOwed]).toEqual([{ shop: 100n, [suspense]: -100n }, 100n])
    decide('booking_refused', { action: 'retry' })
    expect([balances(), open()]).toEqual([{}, []])
  })
})

describe('a capture that was debited from those who got it, and happened after all,', () => {
  const captured = (plan: RailPlan) => {
    const stage = createRailsStage(machines, { card: refundsSlowly(plan) }, { parts: { capture: 'manual' } })
    const capture = stage.capture(50n)
    stage.settle()
    return { ...stage, capture }
  }

  it.each(['by its rail', 'by hand'])('counts again, reported before %s, as enough is still held', (by) => {
    const { capture, payment, balances, wait, deny, affirm, decide, open } = captured(by === 'by hand' ? mute : done)
    wait(120_000)
    if (by === 'by hand') decide('outcome_unknown', stated('succeeded'), 'capture', capture)
    expect(balances()).toEqual({ [clearing]: -50n, shop: 50n })
    deny('card', 'capture')
    decide('outcome_unknown', stated('failed'), 'capture', capture)
    expect([balances(), open()]).toEqual([{}, []])
    affirm('card', 'capture')
    expect([balances(), open()]).toEqual([{ [clearing]: -50n, shop: 50n }, []])
    expect(payment()).toMatchObject({ state: 'succeeded', amountCaptured: 100n, amountRefunded: 50n })
  })

  it('is late when no longer enough is held, and is returned', () => {
    const { world, id, settle, capture, balances, net, deny, affirm, happen, decide, open } = captured(done)
    deny('card', 'capture')
    decide('outcome_unknown', stated('failed'), 'capture', capture)
    world.input('payment', id, { kind: 'cancel' })
    settle()
    affirm('card', 'capture')
    expect([balances(), net()]).toEqual([{ [clearing]: -50n, [suspense]: 50n }, 50n])
    happen('card', 'refund')
    expect([balances(), net(), open()]).toEqual([{}, 0n, []])
  })
})
