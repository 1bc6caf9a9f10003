import { describe, expect, it } from 'vitest'
import { createModelRail, type ModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import {
  acceptCancel,
  newCapture,
  newPayment,
  newPayout,
  newRefund,
} from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'

// The next server has an attempt that it has not sent. The lost one had sent it, or had tried again.

const done: RailPlan = { effect: 'done', isTold: true }
const later: RailPlan = {
  ...{ effect: 'declined', isTold: true },
  decline: { code: 'try_again_later', remedy: 'later', message: 'Later.' },
}
const [minute, hour] = [60_000, 3_600_000]
const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } as const
const both = { ...source, otherRails: ['bank'] } as const
const shares = [{ account: 'shop', amount: 40n }]

type Server = ReturnType<typeof worldOfServer>

function copied(from: Server, rails: readonly ModelRail[]): Server {
  const next = worldOfServer(rails, true)
  for (const name of ['payments', 'captures', 'refunds', 'payouts', 'attempts'] as const) {
    for (const [key, row] of from.world[name]) next.world[name].set(key, row as never)
  }
  next.world.timers.push(...from.world.timers)
  return next
}

/** What the rails took, and what the books have of it. */
function nets(rails: readonly ModelRail[], { world }: Server): readonly [bigint, bigint] {
  const booked = rails.map(({ name }) => -world.books.posted(`rails:${name}:clearing:USD`))
  return [rails.reduce((sum, rail) => sum + rail.net(), 0n), booked.reduce((sum, one) => sum + one, 0n)]
}

describe.each([
  ['its only rail', source],
  ['two rails', both],
])('a payment that waits for %s and is charged by a lost server', (_, from) => {
  const charged = () => {
    const rails = [createModelRail('card', () => done), createModelRail('bank', () => done)]
    const away = (isAway: boolean) => {
      for (const rail of rails) rail.isUp = !isAway
    }
    const lost = worldOfServer(rails, false)
    away(true)
    const expiresAt = lost.world.now + 20 * minute * 1_000
    const { id } = newPayment(lost.world, { source: from, expiresAt })
    lost.settle()
    const next = copied(lost, rails)
    away(false)
    lost.pass(2 * minute)
    expect(nets(rails, lost)).toEqual([100n, 100n])
    away(true)
    return { rails, next, id, away }
  }

  it.each(['is canceled', 'expires'])('is refunded when it %s while it waits again', (how) => {
    const { rails, next, id, away } = charged()
    if (how === 'is canceled') {
      acceptCancel(next.world, id)
      next.world.input('payment', id, { kind: 'cancel' })
    }
    next.pass(hour)
    expect(found(next.world.payments, id).state).toBe('canceled')
    away(false)
    next.pass(hour)
    expect([nets(rails, next), next.open()]).toEqual([[0n, 0n], []])
  })
})

it.each(['payment', 'payout'] as const)(
  'a %s that an operator gives up, and a lost server had made, is found',
  (kind) => {
    const rails = [createModelRail('card', () => done)] as const
    const [card] = rails
    const { submit } = card
    // It answers no repetition while it is away.
    Object.assign(card, {
      submit: (call: Parameters<ModelRail['submit']>[0]) =>
        card.isUp ? submit(call) : { kind: 'unavailable', why: 'outage' },
    })
    card.isUp = false
    const lost = worldOfServer(rails, false)
    lost.world.books.fund('shop', 500n)
    const { id } = kind === 'payment' ? newPayment(lost.world, { source }) : newPayout(lost.world)
    lost.settle()
    const next = worldOfServer(rails, true)
    next.world.books.fund('shop', 500n)
    const again = kind === 'payment' ? newPayment(next.world, { source }) : newPayout(next.world)
    expect(again.id).toBe(id)
    next.settle()
    card.isUp = true
    lost.pass(2 * minute)
    card.isUp = false
    next.pass(26 * hour)
    expect(next.open()).toEqual(['rail_unavailable'])
    card.isUp = true
    next.world.input(kind, id, { kind: 'decision', decision: { action: 'reverse' }, about: 'rail_unavailable' })
    next.pass(3 * hour)
    const net = kind === 'payment' ? 0n : -100n
    expect([nets(rails, next), next.open()]).toEqual([[net, net], kind === 'payment' ? [] : ['late_success']])
  },
)

it('a capture that waits for its rail, and was made by a lost server, is in the books when its recipient is frozen', () => {
  const rails = [createModelRail('card', () => done)] as const
  const [card] = rails
  const lost = worldOfServer(rails, false)
  const { id } = newPayment(lost.world, { source, capture: 'manual' })
  lost.settle()
  const capture = newCapture(lost.world, id, 60n, true)
  if (capture === undefined) throw new Error('held')
  card.isUp = false
  lost.world.input('capture', capture.id, { kind: 'capture', capture })
  lost.settle()
  const next = copied(lost, rails)
  card.isUp = true
  lost.pass(2 * minute)
  expect(card.net()).toBe(60n)
  Object.assign(next.world.context, { refusalOf: () => 'account_frozen' })
  next.pass(hour)
  expect([nets(rails, next), found(next.world.captures, capture.id).state]).toEqual([[60n, 60n], 'succeeded'])
})

it('a payout that is tried again later, and was made then by a lost server, is found when the books refuse it', () => {
  const plans = [later]
  const rails = [createModelRail('card', () => plans.shift() ?? done)] as const
  const lost = worldOfServer(rails, false)
  lost.world.books.fund('shop', 500n)
  const { id } = newPayout(lost.world)
  lost.settle()
  const next = copied(lost, rails)
  next.world.books.fund('shop', 500n)
  next.world.payouts.set(id, { ...found(next.world.payouts, id), holds: [] })
  lost.pass(hour)
  next.world.books.freeze('shop', true)
  next.pass(3 * hour)
  expect([nets(rails, next), next.open()]).toEqual([[-100n, -100n], ['late_success']])
})

it.each(['waits for its rail', 'is tried again later'])(
  'a refund that %s, and was made by a lost server, is found',
  (how) => {
    const plans = [done, how === 'is tried again later' ? later : done]
    const rails = [createModelRail('card', () => plans.shift() ?? done)] as const
    const [card] = rails
    const lost = worldOfServer(rails, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const refund = newRefund(lost.world, id, { amount: 40n, from: shares })
    if (refund === undefined) throw new Error('refundable')
    card.isUp = how === 'is tried again later'
    lost.world.input('refund', refund.id, { kind: 'start' })
    lost.settle()
    const next = copied(lost, rails)
    card.isUp = true
    lost.pass(hour)
    expect(card.net()).toBe(60n)
    next.world.books.fund('shop', 100n)
    next.world.refunds.set(refund.id, { ...found(next.world.refunds, refund.id), holds: [] })
    next.world.input('refund', refund.id, { kind: 'cancel' })
    next.pass(3 * hour)
    const { posted } = next.world.books
    expect([card.net(), posted('rails:card:clearing:USD'), posted('shop'), next.open()]).toEqual([60n, 40n, 60n, []])
  },
)

it.each(['payout', 'refund'] as const)(
  'a %s that is refused, and was made by a lost server at its second try, is found',
  (kind) => {
    const plans = kind === 'refund' ? [done, later] : [later]
    const rails = [createModelRail('card', () => plans.shift() ?? done)] as const
    const [card] = rails
    const lost = worldOfServer(rails, false)
    lost.world.books.fund('shop', 100n)
    const refused = { state: 'failed', phase: 'ended', reason: 'account_frozen' } as const
    const next = worldOfServer(rails, true)
    next.world.books.fund('shop', 100n)
    if (kind === 'payout') {
      const { id } = newPayout(lost.world)
      lost.pass(hour)
      newPayout(next.world, { id, ...refused })
    } else {
      const { id } = newPayment(lost.world, { source })
      lost.settle()
      next.world.payments.set(id, found(lost.world.payments, id))
      const refund = newRefund(lost.world, id, { amount: 40n, from: shares })
      if (refund === undefined) throw new Error('refundable')
      lost.world.input('refund', refund.id, { kind: 'start' })
      lost.pass(hour)
      next.world.refunds.set(refund.id, { ...refund, ...refused })
      next.world.input('refund', refund.id, { kind: 'start' })
    }
    const [before, open] = kind === 'payout' ? [0n, ['late_success']] : [100n, []]
    next.pass(3 * hour)
    expect(next.world.books.posted('rails:card:clearing:USD')).toBe(before - card.net())
    expect([card.net(), next.open()]).toEqual([kind === 'payout' ? -100n : 60n, open])
  },
)
