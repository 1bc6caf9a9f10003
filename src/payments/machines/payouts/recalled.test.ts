import { describe, expect, it } from 'vitest'
import { found } from '../../../../test/support/payments-world.ts'
import { createReturnsStage } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

const recall = { id: 'recall_1', reason: 'duplicate' } as const
const hour = 3_600_000

/** The rail has the recall, and the payout has come back, which it reported to nobody here. */
function recalled(hasSwitched: boolean) {
  const stage = createReturnsStage(machines)
  const { world, payOut, comeBack, settle } = stage
  Object.assign(world.context, { hasSwitched: () => hasSwitched })
  world.books.fund('shop', 500n)
  const id = payOut()
  const [made] = world.attempts.values()
  if (made === undefined) throw new Error('it was submitted')
  world.attempts.set(made.id, { ...made, recall: { ...recall, state: 'asked' } })
  return {
    ...stage,
    payout: () => stage.payoutOf(id),
    comeBackUntold: () => comeBack('payout', 100n, { isTold: false }),
    accept: () => {
      const notice = { kind: 'recall', recall: { ...recall, state: 'accepted' } } as const
      world.input('payout', id, { kind: 'notice', attempt: found(world.attempts, made.id), notice })
      settle()
    },
  }
}

const returned = { state: 'failed', reason: 'returned', amountReturned: 100n }

describe('a payout whose rail has accepted a recall', () => {
  it('is asked about at once after a switch: its return may have been reported to a lost server', () => {
    const { comeBackUntold, accept, payout, balances, beyondRail } = recalled(true)
    comeBackUntold()
    accept()
    expect(payout()).toMatchObject(returned)
    expect([balances(), beyondRail()]).toEqual([{ world: -500n, shop: 500n }, 0n])
  })

  it.each([false, true])('is asked about for days, until it has come back (after a switch: %s)', (hasSwitched) => {
    const { accept, comeBackUntold, wait, payout, balances, beyondRail, card } = recalled(hasSwitched)
    accept()
    wait(2 * hour)
    comeBackUntold()
    wait(20 * hour)
    expect(payout()).toMatchObject({ state: 'succeeded' })
    wait(10 * hour)
    expect(payout()).toMatchObject(returned)
    expect([balances(), beyondRail()]).toEqual([{ world: -500n, shop: 500n }, 0n])
    wait(60 * 24 * hour)
    expect(card.operations()).toHaveLength(1)
  })
})
