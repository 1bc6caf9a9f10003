import { expect, it } from 'vitest'
import { reportDispute } from '../../../../test/support/payments-world-disputes.ts'
import { createReturnsStage } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

it.each([
  [50n, 30n],
  [45n, 50n],
])('a rail that gives back %d of a dispute, and then reports %d, is an operator’s case', (first, then) => {
  const { world, card, pay, operation, unmatched, balances } = createReturnsStage(machines)
  pay()
  const one = card.openDispute(operation('charge'), { amount: 50n, stage: 'opened', at: 1 })
  if (one === undefined) throw new Error('so much was taken')
  reportDispute(world, one)
  const report = (at: number, amount: bigint) => {
    card.moveDispute(one, { stage: 'won', at })
    reportDispute(world, one, { amount })
  }
  report(2, first)
  const before = balances()
  for (const at of [3, 4]) report(at, first)
  expect(unmatched()).toEqual([])
  for (const at of [5, 6]) report(at, then)
  expect(unmatched()).toHaveLength(1)
  expect(unmatched()[0]).toContain(`0.${then} USD`)
  expect(balances()).toEqual(before)
})
