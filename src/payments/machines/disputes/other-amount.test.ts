import { expect, it } from 'vitest'
import { reportDispute } from '../../../../test/support/payments-world-disputes.ts'
import { createReturnsStage } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

it.each([
  ['opened', 50n, 30n],
  ['won', 50n, 30n],
  ['won', 45n, 50n],
] as const)(
  'a rail that reports a dispute as %s again, with another amount, is an operator’s case',
  (stage, first, then) => {
    const { world, card, pay, operation, unmatched, balances } = createReturnsStage(machines)
    pay()
    const one = card.openDispute(operation('charge'), { amount: 50n, stage: 'opened', at: 1 })
    if (one === undefined) throw new Error('so much was taken')
    reportDispute(world, one)
    if (stage === 'won') {
      card.moveDispute(one, { stage, at: 2 })
      reportDispute(world, one, { amount: first })
    }
    const before = balances()
    for (const at of [3, 4]) {
      card.moveDispute(one, { stage, at })
      reportDispute(world, one, { amount: first })
    }
    expect(unmatched()).toEqual([])
    for (const at of [5, 6]) {
      card.moveDispute(one, { stage, at })
      reportDispute(world, one, { amount: then })
    }
    expect(unmatched()).toHaveLength(1)
    expect(unmatched()[0]).toContain(`0.${then} USD`)
    expect(balances()).toEqual(before)
  },
)
