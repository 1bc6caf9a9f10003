import { expect, it } from 'vitest'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import type { Seen, SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'
import { seenOf } from '../seen.ts'

// An operator accepts what disputes have taken beyond the payment, as far as the entry showed it.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const accept: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'Booked as our loss.' }

/** A charge of 100 whose refund is under way, or done. */
function refunded(refunds: 'pending' | 'done') {
  const card = (operation: string) => ({ effect: operation === 'refund' ? refunds : 'done', isTold: true }) as const
  const stage = createRefundsStage(machines, { card })
  stage.refund(100n)
  const { world, payment, id } = stage
  return {
    ...stage,
    seen: () => seenOf(payment(), 'dispute_after_refund', world.context),
    accept: (seen: Seen | undefined) => {
      const about = { about: 'dispute_after_refund', ...(seen !== undefined && { seen }) } as const
      world.input('payment', id, { kind: 'decision', decision: accept, ...about })
    },
    accepted: () => payment().disputed?.map(({ captured = 0n }) => captured),
  }
}

it('a loss that came after the case was read is not accepted with the one before it', () => {
  const { world, dispute, seen, accept, accepted, balances, open, texts } = refunded('done')
  dispute('card', 'charge', 10n)
  const before = seen()
  world.now += 1_000
  dispute('card', 'charge', 50n)
  accept(before)
  expect([open(), accepted()]).toEqual([['dispute_after_refund'], [10n, 0n]])
  expect(texts().join()).toContain('0.50 USD more have been lost since')
  accept(seen())
  expect([open(), accepted()]).toEqual([[], [10n, 50n]])
  expect(balances()).toEqual({ [clearing]: 60n, [suspense]: -60n })
})

it('a loss of another charge that came after the case was read is not accepted either', () => {
  const { world, id, dispute, seen, accept, open, texts } = refunded('done')
  dispute('card', 'charge', 10n)
  const before = seen()
  const stray = { rail: 'card', railReference: 'dsp_2', originalReference: 'another' } as const
  world.input('payment', id, { kind: 'dispute', amount: 20n, ...stray })
  accept(before)
  expect([open(), texts().join()]).toEqual([
    ['dispute_after_refund'],
    expect.stringContaining('0.20 USD more have been lost since'),
  ])
  accept(seen())
  expect(open()).toEqual([])
})

it('a loss that those who got the money have paid meanwhile is to be booked back', () => {
  const { dispute, happen, seen, accept, balances, open, texts } = refunded('pending')
  dispute('card', 'charge', 100n)
  const before = seen()
  happen('card', 'refund', 0, false)
  expect([balances(), open()]).toEqual([{}, []])
  accept(before)
  expect([open(), texts().join()]).toEqual([
    ['dispute_after_refund'],
    expect.stringContaining('1.00 USD of it are not lost any more'),
  ])
  accept(seen())
  expect([balances(), open()]).toEqual([{}, []])
})
