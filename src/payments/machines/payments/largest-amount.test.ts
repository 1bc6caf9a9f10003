import { expect, it } from 'vitest'
import { minorMax } from '#kernel'
import { createReturnsStage, share } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

it('an authorization grows to the largest amount that there is, and no further', () => {
  const { world, card, pay, payment, settle, open } = createReturnsStage(machines)
  const amount = minorMax - 10n
  const id = pay({ capture: 'manual', amount, destinations: [share('shop', amount)] })
  const grow = (by: bigint) => world.input('payment', id, { kind: 'increment', amount: by })
  expect(grow(11n).newAttempts).toBeUndefined()
  // Both are small enough when they are requested.
  expect([grow(8n).newAttempts?.length, grow(7n).newAttempts?.length]).toEqual([1, 1])
  settle()
  expect(payment(id)).toMatchObject({ amount: minorMax - 2n, amountCapturable: minorMax - 2n, state: 'authorized' })
  expect(card.operations().map(({ operation, amount: asked }) => [operation, asked])).toContainEqual(['void', 7n])
  expect(open()).toEqual([])
})
