import { expect, it } from 'vitest'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, newPayout } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

// A rail gives no answer, and is away from then on.

const hourMs = 3_600_000

it.each(['payout', 'payment'] as const)(
  'a %s requires review a day after its rail goes away without an outcome',
  (kind) => {
    const { world, card, settle, wait, balances } = createStage(machines, [{ effect: 'nothing', isTold: false }])
    world.books.fund('shop', 100n)
    const { id } = kind === 'payout' ? newPayout(world) : newPayment(world, { source: cardSource })
    settle()
    card.isUp = false
    wait(23 * hourMs)
    expect(world.openCases.size).toBe(0)
    wait(2 * hourMs)
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    card.isUp = true
    world.input(kind, id, { kind: 'decision', decision: { action: 'inquire' }, about: 'outcome_unknown' })
    wait(hourMs)
    const row = kind === 'payout' ? world.payouts.get(id) : world.payments.get(id)
    expect([world.openCases.size, row?.phase, world.books.held('shop')]).toEqual([0, 'ended', 0n])
    expect(balances()).toEqual({ world: -100n, shop: 100n })
  },
)
