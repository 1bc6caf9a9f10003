import { expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newCapture, newPayment, retryPayment } from '../../../../test/support/payments-world-requests.ts'
import type { Payment } from '../../payment.ts'
import { machines } from '../machines.ts'

const done: RailPlan = { effect: 'done', isTold: true }
const dayMs = 86_400_000
const lapseDays = 7

/** A manual payment whose capture brought 90 instead of 100 and was refunded. It is tried again after 8 days. */
function retriedAfter8Days(parts: (now: number) => Partial<Payment> = () => ({})) {
  const stage = createStage(machines, [done, { ...done, excess: -10n }])
  const { world, settle, wait, payment } = stage
  const { id } = newPayment(world, { source: cardSource, capture: 'manual', ...parts(world.now) })
  settle()
  const capture = newCapture(world, id, 100n, true)
  world.input('capture', capture?.id ?? '', { kind: 'capture', capture: capture as NonNullable<typeof capture> })
  settle()
  world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' })
  settle()
  expect(payment(id)).toMatchObject({ state: 'failed', phase: 'ended' })
  wait(8 * dayMs)
  expect(retryPayment(world, id)).toBe(true)
  settle()
  const days = () => ((payment(id).expiresAt ?? 0) - world.now) / dayMs / 1_000
  return { ...stage, of: () => payment(id), days, openCases: () => [...world.openCases.values()] }
}

it('a retried manual payment is held for as long as the rail holds it', () => {
  const { of, days, wait, balances, openCases } = retriedAfter8Days()
  expect([of().state, days()]).toEqual(['authorized', lapseDays])
  wait(6 * dayMs)
  expect([of().state, balances(), openCases()]).toEqual(['authorized', {}, []])
  wait(2 * dayMs)
  expect([of().state, of().reason, balances(), openCases()]).toEqual(['canceled', 'expired', {}, []])
})

it('the requested expiry stays on a retry, even after a shorter one of the rail', () => {
  const { of, days, wait, balances, openCases } = retriedAfter8Days((now) => ({ expiresAt: now + 10 * dayMs * 1_000 }))
  expect([of().state, days()]).toEqual(['authorized', 2])
  wait(3 * dayMs)
  expect([of().state, of().reason, balances(), openCases()]).toEqual(['canceled', 'expired', {}, []])
})

it('the requested expiry stays when it has passed before the retry', () => {
  const { of, wait, balances, openCases } = retriedAfter8Days((now) => ({ expiresAt: now + 3 * dayMs * 1_000 }))
  wait(10_000)
  expect([of().state, of().reason, balances(), openCases()]).toEqual(['canceled', 'expired', {}, []])
})
