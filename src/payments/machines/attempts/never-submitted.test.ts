import { describe, expect, it } from 'vitest'
import type { RailOutcome } from '#rails'
import { createModelRail, type ModelRail } from '../../../../test/support/model-rail.ts'
import { attempts, basis, context, paymentId } from '../../../../test/support/payments-table.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { newPayment, newPayout } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

// It is not known whether an attempt happened. The rail does not know it, or says nothing.

const unknown: RailOutcome = { kind: 'unknown', why: 'timeout' }
const absent: RailOutcome = { kind: 'not_found' }
const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const

/**
 * The card answers no submission, and inquiries with `asked`. It answers the first submissions with `answers`, if there
 * are any, and does what is submitted after them. The bank does everything.
 */
function start(asked: RailOutcome, answers?: readonly RailOutcome[]) {
  let answer = asked
  const left = [...(answers ?? [])]
  const does = createModelRail('card', () => ({ effect: 'done', isTold: true }))
  const card: ModelRail = {
    ...does,
    submit: (...given) => left.shift() ?? (answers === undefined ? unknown : does.submit(...given)),
    inquire: () => answer,
  }
  const bank = createModelRail('bank', () => ({ effect: 'done', isTold: true }))
  const world = createWorld(machines, [card, bank])
  world.books.open('shop')
  world.books.fund('shop', 100n)
  const submitted: string[] = []
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) {
      const [call] = world.calls
      if (call?.ask === 'submit') submitted.push(found(world.attempts, call.attempt).rail)
      if (call === undefined) world.deliver(0)
      else world.call(0)
    }
  }
  const wait = () => {
    for (let count = 0; world.timers.length > 0 && count < 1_000; count += 1) {
      world.fire(0)
      settle()
    }
  }
  return {
    world,
    wait,
    submitted,
    submissionsAfter: (act: () => void) => {
      const before = submitted.length
      act()
      wait()
      return submitted.length - before
    },
    answer: (next: RailOutcome) => {
      answer = next
    },
  }
}

it.each(['payment', 'payout'] as const)('a %s that could not be sent again for a while is sent in the end', (kind) => {
  const away = Array<RailOutcome>(8).fill({ kind: 'unavailable', why: 'the rail is being tried out' })
  const { world, wait } = start(absent, [unknown, ...away])
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } as const
  const { id } = kind === 'payment' ? newPayment(world, { source }) : newPayout(world)
  wait()
  expect(world.attempts.size).toBe(1)
  const { state } = found<{ readonly state: string }>(kind === 'payment' ? world.payments : world.payouts, id)
  expect([state, world.books.posted('shop')]).toEqual(['succeeded', kind === 'payment' ? 200n : 0n])
})

it('a payout that its rail may have made is never sent over another rail', () => {
  const { world, wait, submitted } = start(absent)
  const { id } = newPayout(world, { otherRails: ['bank'] })
  wait()
  expect(new Set(submitted)).toEqual(new Set(['card']))
  expect(found(world.payouts, id)).toMatchObject({ state: 'failed', reason: 'rail_unavailable' })
  expect([world.books.posted('shop'), world.books.held('shop')]).toEqual([100n, 0n])
})

describe.each([
  ['does not know it', absent],
  ['declined it for now', { kind: 'failed', decline: later }],
  ['says nothing', unknown],
] as const)('an inquiry by an operator to which the rail answers that it %s', (_, answered) => {
  it.each(['payment', 'payout'] as const)('submits no %s', (kind) => {
    const { world, wait, answer, submissionsAfter } = start(unknown)
    const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: ['bank'] } as const
    const { id } = kind === 'payment' ? newPayment(world, { source }) : newPayout(world, { otherRails: ['bank'] })
    wait()
    expect(world.openCases.get(id)?.why).toBe('outcome_unknown')
    answer(answered)
    const inquire = { kind: 'decision', decision: { action: 'inquire' }, about: 'outcome_unknown' } as const
    expect(submissionsAfter(() => world.input(kind, id, inquire))).toBe(0)
    const { state } = found<{ readonly state: string }>(kind === 'payment' ? world.payments : world.payouts, id)
    expect(state).toBe(answered === unknown ? 'requires_review' : 'failed')
  })
})

it('an inquiry by an operator about a release that was not sent does not send it', () => {
  const releases = attempts('payment', paymentId, 100n).filter(({ operation, state }) => {
    return operation === 'void' && state === 'not_sent'
  })
  const payment = { ...basis, phase: 'review', state: 'requires_review', reason: 'compensation_failed' } as const
  expect(releases.length).toBeGreaterThan(0)
  for (const attempt of releases) {
    const asked = machines.payment(payment, { kind: 'overdue', attempt, isByHand: true }, context)
    expect(asked).toEqual({ ignored: expect.stringContaining('not sent') })
    expect(machines.payment(payment, { kind: 'overdue', attempt }, context).resubmit).toBeDefined()
  }
})
