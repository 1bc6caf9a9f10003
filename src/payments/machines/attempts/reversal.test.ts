import { describe, expect, it } from 'vitest'
import { createModelRail, type ModelCall, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { newPayment, newPayout } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import type { Payment, Payout } from '../../payment.ts'

// A rail wants a call without an answer to be reversed. Nothing is asked about it, and nothing is booked of it before the
// rail has acknowledged that.

const unanswered = { effect: 'done', isTold: false } as const
const lost = { effect: 'nothing', isTold: false } as const
const dayMs = 86_400_000

type Options = {
  readonly onUnknown?: 'reverse' | 'reverse-after-inquiries'
  readonly otherRails?: readonly string[]
}

/** The first call of `card` has this plan, and all others succeed. */
function stage(
  kind: 'payment' | 'payout',
  plan: RailPlan,
  { onUnknown = 'reverse', otherRails = ['bank'] }: Options = {},
) {
  const plans = [plan]
  const done: RailPlan = { effect: 'done', isTold: true }
  const card = createModelRail('card', () => plans.shift() ?? done, { onUnknown })
  const bank = createModelRail('bank', () => done)
  const reversals: string[] = []
  const { reverse } = card
  Object.assign(card, {
    reverse: (call: ModelCall) => {
      reversals.push(call.exchange?.reversal?.id ?? '')
      return reverse(call)
    },
  })
  const { world, settle, pass, open } = worldOfServer([card, bank], false)
  world.books.fund('shop', 500n)
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails } as const
  const { id } = kind === 'payment' ? newPayment(world, { source }) : newPayout(world, { otherRails })
  const [attempt] = world.attempts.values()
  if (attempt === undefined) throw new Error('it was submitted')
  return {
    ...{ card, bank, world, settle, pass, open, reversals },
    first: () => found(world.attempts, attempt.id),
    row: () => found<Payment | Payout>(kind === 'payment' ? world.payments : world.payouts, id),
    asked: () => world.steps.filter(({ transition }) => transition.inquire !== undefined).length,
    /** What the rails did by their own records, and what the books have of them. */
    money: () => [
      card.net(),
      -world.books.posted('rails:card:clearing:USD'),
      bank.net(),
      -world.books.posted('rails:bank:clearing:USD'),
    ],
    report: (outcome = card.tell(card.operations()[0] ?? never())) => {
      world.mail.push({ attempt: attempt.id, outcome })
      settle()
    },
    decide: (decision: { readonly action: 'inquire' }) => {
      world.input(kind, id, { kind: 'decision', decision, about: 'outcome_unknown' })
      settle()
    },
    suspense: () => world.books.posted('suspense:USD'),
  }
}

function never(): never {
  throw new Error('the rail has done something')
}

describe.each(['payment', 'payout'] as const)('a %s without an answer', (kind) => {
  const paid = kind === 'payment' ? 100n : -100n

  it('is reversed, and goes over the next rail only after that', () => {
    const { world, settle, pass, row, first, money, asked, open, reversals } = stage(kind, unanswered)
    settle()
    pass(500)
    expect([row().phase, first().state, money()]).toEqual(['inquiring', 'unknown', [paid, 0n, 0n, 0n]])
    pass(120_000)
    expect([row().state, first().reason, money()]).toEqual(['succeeded', 'reversed', [0n, 0n, paid, paid]])
    expect([asked(), open(), reversals.length]).toEqual([0, [], 1])
    expect(world.books.held('shop')).toBe(0n)
  })

  it.each([
    ['is lost', 'lost'],
    ['is not acknowledged', 'unsaid'],
  ] as const)('is reversed again under the same id when the first reversal %s', (_what, reversal) => {
    const { pass, row, money, reversals } = stage(kind, { ...unanswered, reversal })
    pass(120_000)
    expect([row().state, money()]).toEqual(['succeeded', [0n, 0n, paid, paid]])
    expect([reversals.length, new Set(reversals).size]).toEqual([2, 1])
  })

  it('has succeeded when it is too late to reverse it', () => {
    const { bank, pass, row, money } = stage(kind, { ...unanswered, reversal: 'late' })
    pass(120_000)
    expect([row().state, money(), bank.operations()]).toEqual(['succeeded', [paid, paid, 0n, 0n], []])
  })

  it('is not booked before its reversal is acknowledged, whatever the rail reports', () => {
    const { card, pass, row, money, report } = stage(kind, { ...unanswered, isMute: true })
    pass(3_000)
    report()
    expect([row().phase, money()]).toEqual(['inquiring', [paid, 0n, 0n, 0n]])
    card.speak()
    pass(120_000)
    expect([row().state, money()]).toEqual(['succeeded', [0n, 0n, paid, paid]])
  })

  it('is an operator’s when the rail never acknowledges it, whose inquiry reverses it once more', () => {
    const { card, pass, row, money, open, reversals, decide } = stage(kind, { ...unanswered, isMute: true })
    pass(2 * dayMs)
    expect([row().phase, open()]).toEqual(['review', ['outcome_unknown']])
    const { length } = reversals
    pass(dayMs)
    expect(reversals.length).toBe(length)
    card.speak()
    decide({ action: 'inquire' })
    pass(1_000)
    expect([row().state, open(), money()]).toEqual(['failed', [], [0n, 0n, 0n, 0n]])
    expect(new Set(reversals).size).toBe(1)
  })

  it('is reversed once inquiries were in vain, where the rail wants it so', () => {
    const { card, pass, row, money, asked, reversals } = stage(kind, unanswered, {
      onUnknown: 'reverse-after-inquiries',
    })
    Object.assign(card, { inquire: () => ({ kind: 'unknown', why: 'no_answer' }) })
    pass(120_000)
    expect([row().state, money()]).toEqual(['succeeded', [0n, 0n, paid, paid]])
    expect([asked(), reversals.length]).toEqual([9, 1])
  })
})

describe('a call that the rail has never had', () => {
  it('is tried over the next rail as a payment', () => {
    const { pass, row, money } = stage('payment', lost)
    pass(120_000)
    expect([row().state, money()]).toEqual(['succeeded', [0n, 0n, 100n, 100n]])
  })

  it('is not tried over the next rail as a payout: it could be paid twice', () => {
    const { bank, world, pass, row, money } = stage('payout', lost)
    pass(120_000)
    expect([row().state, row().reason, bank.operations()]).toEqual(['failed', 'reversed', []])
    expect([money(), world.books.posted('shop'), world.books.held('shop')]).toEqual([[0n, 0n, 0n, 0n], 500n, 0n])
  })

  it('is reversed until the rail says that it does not happen any more', () => {
    const { pass, row, reversals } = stage('payment', { ...lost, isNotYet: true }, { otherRails: [] })
    pass(120_000)
    expect([row().state, row().reason, reversals.length]).toEqual(['failed', 'reversed', 3])
  })
})

describe('a report of success after the reversal', () => {
  it('is old: the rail acknowledges another reversal, and nothing is booked', () => {
    const { card, settle, pass, row, money, open, report, reversals, suspense } = stage('payment', unanswered, {
      otherRails: [],
    })
    settle()
    const old = card.tell(card.operations()[0] ?? never())
    pass(60_000)
    expect([row().state, row().reason]).toEqual(['failed', 'reversed'])
    for (let times = 0; times < 2; times += 1) report(old)
    expect([money(), suspense()]).toEqual([[0n, 0n, 0n, 0n], 0n])
    pass(60_000)
    expect([row().state, money(), open(), suspense()]).toEqual(['failed', [0n, 0n, 0n, 0n], [], 0n])
    expect([reversals.length, new Set(reversals).size]).toEqual([3, 3])
  })

  it('stands: it is a late success, booked to suspense and refunded', () => {
    const plan = { effect: 'latent', isTold: false, reversal: 'overtaken' } as const
    const { card, pass, world, row, money, open, report, suspense } = stage('payment', plan, { otherRails: [] })
    pass(60_000)
    expect([row().state, money()]).toEqual(['failed', [0n, 0n, 0n, 0n]])
    card.surface()
    expect(money()[0]).toBe(100n)
    report()
    pass(60_000)
    expect([row().state, row().phase, money(), suspense()]).toEqual(['failed', 'ended', [0n, 0n, 0n, 0n], 0n])
    expect([[...world.refunds.values()].map(({ state, amount }) => [state, amount]), open()]).toEqual([
      [['succeeded', 100n]],
      [],
    ])
  })

  it('of a payout that was paid again moves nothing once the rail has reversed it again', () => {
    const plan = { effect: 'done', isTold: false, reversal: 'unsaid' } as const
    const { card, settle, pass, row, world, report } = stage('payout', plan, { otherRails: [] })
    settle()
    const old = card.tell(card.operations()[0] ?? never())
    pass(5 * 60_000)
    expect([row().state, card.net()]).toEqual(['succeeded', -100n])
    report(old)
    pass(60_000)
    expect([world.openCases.size, card.net(), world.books.posted('rails:card:clearing:USD')]).toEqual([0, -100n, 100n])
  })
})
