import { describe, expect, it } from 'vitest'
import type { RailOutcome } from '#rails'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { createWorld, found, startOfTime } from '../../../../test/support/payments-world.ts'
import { newPayment, newPayout } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

const second = 1_000_000
const deadline = startOfTime + 2 * second
const source = { kind: 'rail', rail: 'card', instrument: 'x', otherRails: ['bank'] } as const
const clearing = 'rails:card:clearing:USD'

function stage(plan: RailPlan = { effect: 'done', isTold: true }) {
  const [card, bank] = [createModelRail('card', () => plan), createModelRail('bank', () => plan)]
  const world = createWorld(machines, [card, bank])
  world.books.open('shop')
  world.books.open('wallet')
  world.books.fund('wallet', 100n)
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const fireAll = () => {
    for (let each = 0; each < 50 && world.timers.length > 0; each += 1) {
      world.fire(0)
      settle()
    }
  }
  const asked = () => [...card.operations(), ...bank.operations()].length
  const balances = () => ['shop', 'wallet', clearing].map((code) => world.books.posted(code))
  return { world, card, bank, settle, fireAll, asked, balances }
}

const canceled = { state: 'canceled', reason: 'deadline_passed', phase: 'ended' }

describe('after its deadline, a payment', () => {
  it.each([
    ['over a rail', source],
    ['from a wallet', { kind: 'wallet', account: 'wallet' }],
  ] as const)('%s does not begin on its lane', (_, from) => {
    const { world, settle, fireAll, asked, balances } = stage()
    world.startsLater = true
    const { id } = newPayment(world, { source: from, deadline })
    world.now = deadline
    fireAll()
    settle()
    expect(found(world.payments, id)).toMatchObject(canceled)
    expect([asked(), balances(), world.openCases.size]).toEqual([0, [0n, 100n, 0n], 0])
  })

  it('is not sent from the queue of its rail, and over no other', () => {
    const { world, settle, fireAll, asked, balances } = stage()
    const { id } = newPayment(world, { source, deadline })
    world.now = deadline
    settle()
    expect(found(world.payments, id)).toMatchObject(canceled)
    fireAll()
    expect([asked(), balances(), world.openCases.size]).toEqual([0, [0n, 100n, 0n], 0])
  })

  it('is not sent by a process whose clock is ahead of the one that decides', () => {
    const { world, asked, fireAll } = stage()
    const { id } = newPayment(world, { source, deadline })
    const [call] = world.calls.splice(0)
    const outcome: RailOutcome = { kind: 'unavailable', why: 'its deadline had passed', isLate: true }
    world.mail.push({ attempt: call?.attempt ?? '', outcome })
    world.now = deadline - 1
    world.deliver(0)
    expect(found(world.payments, id)).toMatchObject(canceled)
    fireAll()
    expect(asked()).toBe(0)
  })

  it('that waits for rails that are away ends at that time', () => {
    const { world, card, bank, settle, fireAll } = stage()
    card.isUp = false
    bank.isUp = false
    const { id } = newPayment(world, { source, deadline })
    settle()
    expect(found(world.payments, id)).toMatchObject({ state: 'processing', phase: 'new' })
    const [at] = world.timers.filter(({ input }) => input === 'expire').map((timer) => timer.at)
    expect(at).toBe(deadline)
    world.now = deadline
    world.fire(world.timers.findIndex(({ input }) => input === 'expire'))
    expect(found(world.payments, id)).toMatchObject(canceled)
    fireAll()
    expect([...card.operations(), ...bank.operations()]).toEqual([])
  })

  it('that its rail has got is finished', () => {
    const { world, settle, balances } = stage({ effect: 'pending', isTold: true })
    const { id } = newPayment(world, { source, deadline })
    settle()
    world.now = deadline + second
    const [operation] = world.rails.get('card')?.operations() ?? []
    if (operation === undefined) throw new Error('the rail has it')
    world.rails.get('card')?.settle(operation, true)
    world.mail.push({ attempt: operation.id, outcome: world.rails.get('card')?.tell(operation) as RailOutcome })
    settle()
    expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
    expect(balances()[0]).toBe(100n)
  })
})

describe('after its deadline, a payout', () => {
  it('does not begin on its lane', () => {
    const { world, settle, fireAll, asked } = stage()
    world.books.fund('shop', 100n)
    world.startsLater = true
    const { id } = newPayout(world, { deadline })
    world.now = deadline
    fireAll()
    settle()
    expect(found(world.payouts, id)).toMatchObject({ ...canceled, holds: [] })
    expect([asked(), world.books.posted('shop')]).toEqual([0, 100n])
  })

  it('is not sent from the queue of its rail, and what was held is free again', () => {
    const { world, settle, fireAll, asked } = stage()
    world.books.fund('shop', 100n)
    const { id } = newPayout(world, { deadline })
    expect(world.books.held('shop')).toBe(100n)
    world.now = deadline
    settle()
    fireAll()
    expect(found(world.payouts, id)).toMatchObject({ ...canceled, holds: [] })
    expect([asked(), world.books.posted('shop'), world.books.held('shop')]).toEqual([0, 100n, 0n])
  })
})
