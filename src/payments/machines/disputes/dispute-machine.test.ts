import { describe, expect, it } from 'vitest'
import type { DisputeStage } from '#rails'
import {
  createModelRail,
  type ModelDispute,
  type ModelOperation,
  type RailPlan,
} from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { deliverDispute, reportDispute } from '../../../../test/support/payments-world-disputes.ts'
import { newPayment, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { lyingByAttempts } from '../../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const returned: SubjectAction = { action: 'force', outcome: 'failed', evidence: 'Returned to the rail.' }
const force: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'The statement.' }

/** A payment of 100, of which the shop gets 90 and the platform 10. */
function paid(takesMoney: 'at_opening' | 'at_end' = 'at_opening', plan: RailPlan = { effect: 'done', isTold: true }) {
  const rails = [
    createModelRail('card', () => plan, { takesMoney }),
    createModelRail('bank', () => ({ effect: 'done', isTold: true })),
  ] as const
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'fees', 'wallet']) world.books.open(code)
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const { id } = newPayment(world, {
    source: { kind: 'rail', rail: 'card', instrument: 'any', otherRails: ['bank'] },
    destinations: [{ account: 'shop', amount: 90n }],
    fee: { account: 'fees', amount: 10n },
  })
  settle()
  let time = 0
  const tick = () => {
    time += 1
    return time
  }
  const [card, bank] = rails
  return {
    ...{ world, id, settle, card, bank, tick },
    charge: (rail = card): ModelOperation => {
      const one = rail.operations().find(({ operation }) => operation === 'charge')
      if (one === undefined) throw new Error('it was charged')
      return one
    },
    open: (operation: ModelOperation, amount: bigint, stage: DisputeStage = 'opened', rail = card): ModelDispute => {
      const opened = rail.openDispute(operation, { amount, stage, at: tick() })
      if (opened === undefined) throw new Error('so much was taken')
      reportDispute(world, opened)
      return opened
    },
    move: (dispute: ModelDispute, stage: DisputeStage, details: Parameters<typeof reportDispute>[2] = {}) => {
      const rail = dispute.rail === 'card' ? card : bank
      rail.moveDispute(dispute, { stage, at: tick() })
      return reportDispute(world, dispute, details)
    },
    row: () => found(world.payments, id),
    dispute: (one: ModelDispute) => [...world.disputes.values()].find(({ reference }) => reference === one.reference),
    open_cases: () => [...world.matters.values()].flatMap((matters) => matters.map(({ reason }) => reason)),
    decide: (about: 'booking_refused' | 'dispute_after_refund', decision: SubjectAction) =>
      world.input('payment', id, { kind: 'decision', decision, about }),
    balances: () =>
      Object.fromEntries(
        world.books
          .codes()
          .map((code): [string, bigint] => [code, world.books.posted(code)])
          .filter(([, posted]) => posted !== 0n),
      ),
  }
}

const whole = { [clearing]: -100n, shop: 90n, fees: 10n }

describe('a dispute over a rail that takes the money at the opening', () => {
  it('takes it from the recipients when it opens, and returns it to each of them when it is won', () => {
    const { open, move, charge, balances, row, dispute } = paid()
    const one = open(charge(), 50n)
    expect(balances()).toEqual({ [clearing]: -50n, shop: 45n, fees: 5n })
    expect(row()).toMatchObject({ amountRefunded: 50n })
    move(one, 'challenged')
    expect(move(one, 'won').events).toEqual(['dispute.won'])
    expect(balances()).toEqual(whole)
    expect(row()).toMatchObject({ amountRefunded: 0n, disputed: [] })
    expect(dispute(one)).toMatchObject({ stage: 'won', rail: 'card', reference: one.reference })
    expect(dispute(one)?.taken).toBeUndefined()
  })

  it('moves nothing more when it is lost, accepted or expired', () => {
    for (const end of ['lost', 'accepted', 'expired'] as const) {
      const { open, move, charge, balances } = paid()
      expect(move(open(charge(), 100n), end).commands).toBeUndefined()
      expect(balances()).toEqual({})
    }
  })

  it('moves nothing at an inquiry', () => {
    const { open, move, charge, balances } = paid()
    const one = open(charge(), 100n, 'inquiry')
    expect(balances()).toEqual(whole)
    move(one, 'opened')
    expect(balances()).toEqual({})
  })

  it('takes it again when the bank disputes the decision', () => {
    const { open, move, charge, balances } = paid()
    const one = open(charge(), 100n)
    move(one, 'won')
    move(one, 'pre_arbitration')
    expect(balances()).toEqual({})
    move(one, 'won')
    expect(balances()).toEqual(whole)
  })

  it('moves nothing by repeated and late reports, in any order', () => {
    const { world, open, move, charge, balances } = paid()
    const one = open(charge(), 30n)
    move(one, 'challenged')
    move(one, 'won')
    for (const which of [2, 1, 0, 0, 2, 1]) expect(reportDispute(world, one, { which }).ignored).toBeDefined()
    expect(balances()).toEqual(whole)
  })

  it('that is won before its opening is heard of moves nothing', () => {
    const { world, card, charge, balances, tick } = paid()
    const one = card.openDispute(charge(), { amount: 30n, stage: 'opened', at: tick() })
    if (one === undefined) throw new Error('so much was taken')
    card.moveDispute(one, { stage: 'won', at: tick() })
    reportDispute(world, one)
    reportDispute(world, one, { which: 0 })
    expect(balances()).toEqual(whole)
  })
})

describe('a dispute over a rail that takes the money at the end', () => {
  it('takes it only when it is lost', () => {
    const { open, move, charge, balances } = paid('at_end')
    const one = open(charge(), 50n)
    move(one, 'challenged')
    expect(balances()).toEqual(whole)
    move(one, 'lost')
    expect(balances()).toEqual({ [clearing]: -50n, shop: 45n, fees: 5n })
  })

  it('moves nothing when it is won', () => {
    const { open, move, charge, balances } = paid('at_end')
    move(open(charge(), 50n), 'won')
    expect(balances()).toEqual(whole)
  })
})

it('two disputes of one payment, each by its own rail, remember it and return to it', () => {
  const decline = { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' } as const
  const stage = paid('at_opening', { effect: 'turned', isTold: true, decline })
  const { world, card, bank, charge, settle, open, move, balances, dispute, id } = stage
  // The card declined, the bank was charged, and the card has charged as well.
  expect(stage.row()).toMatchObject({ rail: 'bank', amountCaptured: 100n })
  const stray = charge()
  card.settle(stray, true)
  world.mail.push({ attempt: stray.id, outcome: card.tell(stray) })
  world.deliver(0)
  const first = open(stray, 100n)
  const second = open(charge(bank), 40n, 'opened', bank)
  expect([dispute(first)?.rail, dispute(second)?.rail]).toEqual(['card', 'bank'])
  expect([dispute(first)?.attempt, dispute(second)?.attempt]).toEqual([stray.id, charge(bank).id])
  settle()
  move(first, 'won')
  move(second, 'won')
  expect(balances()).toMatchObject({ shop: 90n, fees: 10n, 'rails:bank:clearing:USD': -100n })
  expect(world.books.posted(clearing)).toBe(-card.net())
  const row = found(world.payments, id)
  expect(lyingByAttempts(world, row)).toBe(
    (row.amountSuspended ?? 0n) + (row.amountOwed ?? 0n) + (row.amountLost ?? 0n),
  )
})

it('of two disputes of one moment, each gets back its own loss', () => {
  const decline = { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' } as const
  const stage = paid('at_opening', { effect: 'turned', isTold: true, decline })
  const { world, card, bank, charge, open, move, id } = stage
  newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })
  const stray = charge()
  card.settle(stray, true)
  world.mail.push({ attempt: stray.id, outcome: card.tell(stray) })
  world.deliver(0)
  const first = open(stray, 50n)
  const second = open(charge(bank), 90n, 'opened', bank)
  const clearings = () => ['card', 'bank'].map((name) => world.books.posted(`rails:${name}:clearing:USD`))
  expect(clearings()).toEqual([-card.net(), -bank.net()])
  move(first, 'won')
  expect(clearings()).toEqual([-card.net(), -bank.net()])
  move(second, 'won')
  expect(clearings()).toEqual([-card.net(), -bank.net()])
})

describe('a won dispute', () => {
  it('forgives what a recipient still owes', () => {
    const { world, open, move, charge, balances, row, open_cases } = paid()
    world.books.freeze('shop', true)
    const one = open(charge(), 100n)
    expect([balances(), open_cases()]).toEqual([{ shop: 90n, fees: 10n, [suspense]: -100n }, ['booking_refused']])
    move(one, 'won')
    expect([balances(), open_cases(), row().amountOwed]).toEqual([whole, [], 0n])
  })

  it('returns what a recipient has paid of its debt since', () => {
    const { world, open, move, charge, balances, decide, row } = paid()
    world.books.freeze('shop', true)
    const one = open(charge(), 100n)
    world.books.freeze('shop', false)
    decide('booking_refused', { action: 'retry' })
    expect(balances()).toEqual({})
    move(one, 'won')
    expect(balances()).toEqual(whole)
    expect(row()).toMatchObject({ amountRefunded: 0n, amountOwed: 0n })
  })

  it('ends the loss of what had been refunded', () => {
    const { world, id, settle, open, move, charge, balances, row, open_cases } = paid()
    const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })
    world.input('refund', refund?.id ?? '', { kind: 'start' })
    settle()
    const one = open(charge(), 100n)
    expect([balances(), open_cases()]).toEqual([{ [clearing]: 60n, [suspense]: -60n }, ['dispute_after_refund']])
    move(one, 'won')
    expect([balances(), open_cases()]).toEqual([{ [clearing]: -40n, shop: 30n, fees: 10n }, []])
    expect(row()).toMatchObject({ amountLost: 0n, amountRefunded: 60n, amountSuspended: 0n })
  })

  it('tells of a loss that had been accepted and comes back', () => {
    const { world, id, settle, open, move, charge, decide, open_cases } = paid()
    const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })
    world.input('refund', refund?.id ?? '', { kind: 'start' })
    settle()
    const one = open(charge(), 100n)
    decide('dispute_after_refund', force)
    expect(open_cases()).toEqual([])
    move(one, 'won')
    expect(open_cases()).toEqual(['dispute_after_refund'])
  })

  it('whose money the books refuse is in suspense until it is delivered', () => {
    const { world, open, move, charge, balances, dispute, row } = paid()
    const one = open(charge(), 100n)
    world.books.freeze('shop', true)
    move(one, 'won')
    expect(balances()).toEqual({ [clearing]: -100n, [suspense]: 100n })
    expect(dispute(one)?.undelivered?.parts).toEqual([
      { account: 'shop', amount: 90n },
      { account: 'fees', amount: 10n },
    ])
    const { id } = dispute(one) ?? { id: '' }
    deliverDispute(world, id)
    expect(balances()).toEqual({ [clearing]: -100n, [suspense]: 100n })
    world.books.freeze('shop', false)
    deliverDispute(world, id)
    expect(balances()).toEqual(whole)
    expect(row()).toMatchObject({ amountRefunded: 0n, amountSuspended: 0n })
    expect(dispute(one)?.undelivered).toBeUndefined()
  })

  it('whose undelivered money is taken again comes out of suspense', () => {
    const { world, open, move, charge, balances, dispute } = paid()
    const one = open(charge(), 60n)
    world.books.freeze('shop', true)
    move(one, 'won')
    world.books.freeze('shop', false)
    move(one, 'pre_arbitration')
    expect(balances()).toEqual({ [clearing]: -40n, shop: 36n, fees: 4n })
    move(one, 'won')
    deliverDispute(world, dispute(one)?.id ?? '')
    expect(balances()).toEqual(whole)
  })
})

describe('the fee of a dispute', () => {
  it('leaves the clearing account when the rail reports it, in the amount that it reported last', () => {
    const { open, move, charge, balances, dispute } = paid()
    const one = open(charge(), 50n)
    move(one, 'challenged', { fee: 15n })
    const taken = { shop: 45n, fees: 5n }
    expect(balances()).toEqual({ ...taken, [clearing]: -35n, 'rails:card:fees:USD': -15n })
    move(one, 'pre_arbitration', { fee: 25n })
    move(one, 'challenged', { fee: 25n })
    expect(balances()).toEqual({ ...taken, [clearing]: -25n, 'rails:card:fees:USD': -25n })
    move(one, 'won', { fee: 0n })
    expect([balances(), dispute(one)?.feeBooked]).toEqual([whole, 0n])
  })

  it('is booked although the books refuse to return the money of a dispute that is won', () => {
    const { world, open, move, charge, balances, dispute } = paid()
    const one = open(charge(), 50n)
    world.books.freeze('shop', true)
    move(one, 'won', { fee: 15n })
    const fee = { 'rails:card:fees:USD': -15n }
    expect(balances()).toEqual({ shop: 45n, fees: 5n, [suspense]: 50n, [clearing]: -85n, ...fee })
    world.books.freeze('shop', false)
    deliverDispute(world, dispute(one)?.id ?? '')
    expect(balances()).toEqual({ ...whole, [clearing]: -85n, ...fee })
  })
})

describe('a dispute that is won, of which the rail gives back another amount than it had taken,', () => {
  const shownOf = ({ world, id }: ReturnType<typeof paid>) =>
    world.matters.get(id)?.map(({ reason, about }) => [reason, about?.amount])

  it.each([false, true])('returns all to the recipients; the missing part is a loss (frozen: %s)', (isFrozen) => {
    const stage = paid()
    const { world, open, move, charge, balances, dispute, decide } = stage
    const one = open(charge(), 50n)
    world.books.freeze('shop', isFrozen)
    move(one, 'won', { amount: 30n })
    world.books.freeze('shop', false)
    if (isFrozen) deliverDispute(world, dispute(one)?.id ?? '')
    expect(balances()).toEqual({ ...whole, [clearing]: -80n, [suspense]: -20n })
    expect([shownOf(stage), dispute(one)?.kept]).toEqual([[['dispute_after_refund', 20n]], 20n])
    decide('dispute_after_refund', force)
    expect([stage.open_cases(), stage.row().amountLost]).toEqual([[], 20n])
  })

  it('returns all to the recipients; what is too much is in suspense', () => {
    const stage = paid()
    const { world, id, open, move, charge, balances, dispute } = stage
    const one = open(charge(), 50n)
    move(one, 'won', { amount: 57n })
    expect(balances()).toEqual({ ...whole, [clearing]: -107n, [suspense]: 7n })
    expect([shownOf(stage), dispute(one)?.kept]).toEqual([[['wrong_amount', 7n]], -7n])
    expect(lyingByAttempts(world, stage.row())).toBe(7n)
    world.input('payment', id, { kind: 'decision', about: 'wrong_amount', decision: returned })
    expect([balances()[suspense], stage.open_cases()]).toEqual([undefined, []])
  })
})
