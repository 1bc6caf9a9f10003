import { expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment } from '../../../../test/support/payments-world-requests.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'
import { seenOf } from '../seen.ts'

// A case `booking_refused` of a payment that owes nothing, and of which nothing is in suspense.

const suspense = 'suspense:USD'
const retry: SubjectAction = { action: 'retry' }
const reverse: SubjectAction = { action: 'reverse' }

/** A payment whose recipient was frozen when the rail charged it: the money is in suspense. */
function refused(plans: readonly RailPlan[] = []) {
  const stage = createStage(machines, plans)
  const { world, settle } = stage
  world.books.freeze('shop', true)
  const { id } = newPayment(world, { source: cardSource })
  settle()
  world.books.freeze('shop', false)
  const payment = () => found(world.payments, id)
  expect([payment().reason, world.books.posted(suspense)]).toEqual(['booking_refused', 100n])
  const seen = () => seenOf(payment(), 'booking_refused', world.context) ?? {}
  const decide = (decision: SubjectAction, shown = seen()) => {
    world.input('payment', id, { kind: 'decision', decision, about: 'booking_refused', seen: shown })
    settle()
  }
  const open = () => (world.matters.get(id) ?? []).map(({ reason }) => reason)
  return { ...stage, id, payment, seen, decide, open }
}

it('a retry of money that was refunded since opens no case', () => {
  const { seen, decide, open, payment, balances } = refused()
  const before = seen()
  decide(reverse)
  expect([payment().phase, open()]).toEqual(['ended', []])
  decide(retry, before)
  expect([payment().phase, open(), balances()]).toEqual(['ended', [], {}])
})

it.each([retry, reverse])('$action resolves a case that such a retry opened earlier', (decision) => {
  const { world, id, decide, open, balances } = refused()
  decide(reverse)
  world.matters.set(id, [{ reason: 'booking_refused', detail: 'Nothing of it is there now.' }])
  decide(decision)
  expect([open(), balances()]).toEqual([[], {}])
})

it('a refund of money in suspense that the books refuse as held is booked from suspense, and no account owes it', () => {
  const { world, card, decide, payment } = refused([
    { effect: 'done', isTold: true },
    { effect: 'pending', isTold: true },
  ])
  decide(reverse)
  const [refund] = world.refunds.values()
  const attempt = world.attempts.get(refund?.currentAttempt ?? '')
  const operation = card.operations().at(-1)
  if (refund === undefined || attempt === undefined || operation === undefined) throw new Error('it is being refunded')
  card.settle(operation, true)
  const input = { kind: 'outcome', attempt, outcome: card.tell(operation) } as const
  const step = machines
    .refund(payment(), refund, input, world.context)
    .refused?.({ code: 'account_frozen', message: '' })
  expect(step).toMatchObject({ refund: { state: 'succeeded' }, payment: { phase: 'ended', amountSuspended: 0n } })
  expect([step?.caseChange, step?.also ?? []]).toEqual([undefined, []])
  expect(step?.note).toContain('it is booked from suspense')
})
