import { describe, expect, it } from 'vitest'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { newPayment, newPayout } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import type { Payment, Payout } from '../../payment.ts'
import { retried } from '../machines.ts'

// A server has submitted something and is lost. The next server knows only that it was accepted.

const done: RailPlan = { effect: 'done', isTold: true }
const refusing: RailPlan = {
  ...{ effect: 'declined', isTold: true },
  decline: { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' },
}
const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: ['bank'] } as const

function stage(kind: 'payment' | 'payout', plan: RailPlan = done) {
  const rails = [createModelRail('card', () => plan), createModelRail('bank', () => done)] as const
  const [card, bank] = rails
  const start = (mayBeLost: boolean) => {
    const { world, settle, pass } = worldOfServer(rails, mayBeLost)
    world.books.fund('shop', 500n)
    const { id } = kind === 'payment' ? newPayment(world, { source }) : newPayout(world, { otherRails: ['bank'] })
    const row = () => found<Payment | Payout>(kind === 'payment' ? world.payments : world.payouts, id)
    return { world, id, settle, pass, row }
  }
  const lost = start(false)
  return {
    ...{ card, bank, lost },
    /** The next server has the request as it was accepted, under the same id. */
    next: () => start(true),
    net: () => card.net() + bank.net(),
  }
}

describe.each(['payment', 'payout'] as const)('a %s that a lost server had submitted over its first rail', (kind) => {
  const paid = kind === 'payment' ? 100n : -100n

  it('is done once, although that rail is down', () => {
    const { card, bank, lost, next, net } = stage(kind)
    lost.settle()
    expect([net(), lost.row().state]).toEqual([paid, 'succeeded'])
    card.isUp = false
    const { world, pass, row } = next()
    pass(120_000)
    expect([net(), bank.operations(), row().state, world.openCases.size]).toEqual([paid, [], 'succeeded', 0])
    expect(world.books.posted('rails:card:clearing:USD')).toBe(-paid)
  })

  it('waits for that rail while it is down and may have it', () => {
    const { card, bank, next, net } = stage(kind)
    card.isUp = false
    const { pass, row } = next()
    pass(60_000)
    expect([bank.operations(), row().state]).toEqual([[], 'processing'])
    card.isUp = true
    pass(60_000)
    expect([net(), bank.operations(), row().state]).toEqual([paid, [], 'succeeded'])
  })
})

describe.each([
  ['because the first was down', done],
  ['because the first had declined it', refusing],
])('what a lost server had submitted over another rail, %s,', (_, plan) => {
  const submitted = (kind: 'payment' | 'payout') => {
    const { card, lost, next, net } = stage(kind, plan)
    card.isUp = plan !== done
    lost.settle()
    expect(lost.row().state).toBe('succeeded')
    card.isUp = true
    return { ...next(), net }
  }

  it('is a payment that is charged once in the end', () => {
    const { world, pass, row, net } = submitted('payment')
    pass(120_000)
    expect([net(), row().state, world.openCases.size]).toEqual([100n, 'succeeded', 0])
    const clearing = ['card', 'bank'].map((rail) => world.books.posted(`rails:${rail}:clearing:USD`))
    expect(clearing.reduce((sum, one) => sum + one, 0n)).toBe(-100n)
    expect(world.books.posted('suspense:USD')).toBe(0n)
  })

  it('is a payout that is made once, or has a case for an operator', () => {
    const { world, pass, net } = submitted('payout')
    pass(120_000)
    const isTwice = net() === -200n
    expect([...world.openCases.values()].map(({ why }) => why)).toEqual(isTwice ? ['late_success'] : [])
    const clearing = ['card', 'bank'].map((rail) => world.books.posted(`rails:${rail}:clearing:USD`))
    expect(clearing.reduce((sum, one) => sum + one, 0n)).toBe(-net())
  })
})

it('a payment that was declined by every rail is retried under other ids than those that are asked for', () => {
  const decline = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
  const { lost, next } = stage('payment', { ...refusing, decline })
  lost.settle()
  const { world, id, pass, row } = next()
  pass(1_000)
  expect(row().state).toBe('failed')
  const before = new Set(world.attempts.keys())
  const again = { ...source, rail: 'bank', otherRails: ['card'] } as const
  world.payments.set(id, retried(found(world.payments, id), again, 'again'))
  world.input('payment', id, { kind: 'start' })
  expect([...world.attempts.keys()].filter((one) => !before.has(one))).toHaveLength(1)
})

describe('a payout whose second rail says that it never received what a lost server had sent', () => {
  const later: RailPlan = { effect: 'latent', isTold: false }
  const played = () => {
    const plans = [later]
    const silent: RailPlan = { ...refusing, isTold: false, isMute: true }
    const card = createModelRail('card', () => silent)
    const bank = createModelRail('bank', () => plans.shift() ?? done)
    const start = (mayBeLost: boolean) => {
      const server = worldOfServer([card, bank], mayBeLost)
      server.world.books.fund('shop', 500n)
      return { ...server, id: newPayout(server.world, { otherRails: ['bank'] }).id }
    }
    card.isUp = false
    start(false).settle()
    card.isUp = true
    const next = start(true)
    next.pass(600_000)
    expect(next.open()).toEqual(['outcome_unknown'])
    card.speak()
    for (const one of card.operations()) next.world.mail.push({ attempt: one.id, outcome: card.tell(one) })
    next.pass(600_000)
    return { ...next, bank }
  }

  it('is not submitted there under another id', () => {
    const { world, id, open, bank } = played()
    expect([bank.net(), open(), found(world.payouts, id).state]).toEqual([0n, [], 'failed'])
    expect(world.books.posted('shop')).toBe(500n)
  })

  it('is paid once, by its account, when that happens after all', () => {
    const { world, id, pass, open, bank } = played()
    bank.surface()
    for (const one of bank.operations()) world.mail.push({ attempt: one.id, outcome: bank.tell(one) })
    pass(60_000)
    expect([bank.net(), open()]).toEqual([-100n, ['late_success']])
    world.input('payout', id, { kind: 'decision', decision: { action: 'retry' }, about: 'late_success' })
    const balances = ['shop', 'rails:bank:clearing:USD', 'suspense:USD'].map((code) => world.books.posted(code))
    expect([balances, open(), found(world.payouts, id).state]).toEqual([[400n, 100n, 0n], [], 'succeeded'])
  })
})
