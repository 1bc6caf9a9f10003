import { describe, expect, it } from 'vitest'
import { inquiriesAfter, type RailAction, type RailOutcome } from '#rails'
import { createModelRail, type ModelRail } from '../../../../test/support/model-rail.ts'
import { createWorld, found, startOfTime } from '../../../../test/support/payments-world.ts'
import { newPayment } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

const minute = 60_000_000
const source = { kind: 'rail', rail: 'upi', instrument: 'x', otherRails: [] } as const
const clearing = 'rails:upi:clearing:USD'

/** An automatic pay-in that its rail has accepted; it happens only when the test lets it. */
function stage(parts: { payInMs?: number; action?: RailAction; expiresAt?: number } = {}) {
  const { payInMs, action, expiresAt } = parts
  const made = createModelRail('upi', () => ({ effect: 'pending', isTold: true }))
  const withAction = (outcome: RailOutcome): RailOutcome =>
    outcome.kind === 'pending' && action ? { ...outcome, action } : outcome
  const upi: ModelRail = {
    ...made,
    capabilities: {
      ...made.capabilities,
      inquiries: inquiriesAfter(60_000),
      ...(payInMs !== undefined && { payInMs }),
    },
    submit: (call) => withAction(made.submit(call)),
  }
  const world = createWorld(machines, [upi])
  world.books.open('shop')
  const { id } = newPayment(world, { source, expiresAt })
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const pass = (micros: number) => {
    const until = world.now + micros
    for (;;) {
      settle()
      const next = Math.min(...world.timers.map(({ at }) => at))
      if (next > until) break
      world.fire(world.timers.findIndex(({ at }) => at === next))
    }
    world.now = until
  }
  const happen = (isGood: boolean) => {
    const [operation] = upi.operations()
    if (operation === undefined) throw new Error('there is an operation')
    upi.settle(operation, isGood)
    world.mail.push({ attempt: operation.id, outcome: upi.tell(operation) })
    settle()
  }
  return { world, pass, happen, upi, payment: () => found(world.payments, id) }
}

const action: RailAction = { kind: 'qr', text: 'q', expiresAt: startOfTime + 2 * minute }

describe.each([
  ['of the request', { expiresAt: startOfTime + 2 * minute }],
  ['of the rail', { payInMs: 120_000 }],
  ["of the payer's action", { action }],
])('after the deadline %s, an automatic pay-in', (_, parts) => {
  it('returns the money that comes', () => {
    const { world, pass, happen, upi, payment } = stage(parts)
    pass(4 * minute)
    expect(payment()).toMatchObject({ state: 'processing', reason: 'expired' })
    happen(true)
    pass(minute)
    expect(payment()).toMatchObject({ state: 'canceled', reason: 'expired', amountCaptured: 0n })
    const [refund] = upi.operations().filter(({ operation }) => operation === 'refund')
    if (refund === undefined) throw new Error('there is a refund')
    upi.settle(refund, true)
    world.mail.push({ attempt: refund.id, outcome: upi.tell(refund) })
    pass(minute)
    expect([world.books.posted('shop'), world.books.posted(clearing), upi.net()]).toEqual([0n, 0n, 0n])
    expect(world.openCases.size).toBe(0)
  })

  it('is expired although its timer also came before its time', () => {
    const { world, pass, payment } = stage(parts)
    pass(minute)
    for (const timer of world.timers.filter(({ input }) => input === 'expire')) {
      world.fireEarly(world.timers.indexOf(timer))
    }
    pass(3 * minute)
    expect(payment()).toMatchObject({ state: 'processing', reason: 'expired' })
  })

  it('ends as canceled when the rail fails it', () => {
    const { pass, happen, payment } = stage(parts)
    pass(4 * minute)
    happen(false)
    expect(payment()).toMatchObject({ state: 'canceled', reason: 'expired' })
  })
})

it('before its deadline a pay-in is booked, and the deadline then changes nothing', () => {
  const { world, pass, happen, payment } = stage({ expiresAt: startOfTime + 2 * minute, payInMs: 60_000_000 })
  pass(minute)
  happen(true)
  pass(5 * minute)
  expect(payment()).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
  expect([world.books.posted('shop'), world.openCases.size]).toEqual([100n, 0])
})
