import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, retryPayment } from '../../../../test/support/payments-world-requests.ts'
import { unended } from '../../../../test/support/payments-world-sums.ts'
import type { CaseReason, SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

// Two charges of one payment: the first is declined and happens late; an operator states the second, which has no name yet.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({ action: 'force', outcome, evidence: 'Console.' })

function twoCharges(refund: RailPlan) {
  const stage = createStage(machines, [
    { effect: 'turned', isTold: true },
    { effect: 'done', isTold: false, isMute: true },
    refund,
  ])
  const { world, card, settle, wait } = stage
  const { id } = newPayment(world, { source: cardSource })
  settle()
  retryPayment(world, id)
  settle()
  wait(120_000)
  const decide = (about: CaseReason, decision: SubjectAction, kind: 'payment' | 'refund' = 'payment', whose = id) => {
    world.input(kind, whose, { kind: 'decision', decision, about })
    settle()
  }
  decide('outcome_unknown', force('succeeded'))
  const happen = (at: number, isGood: boolean) => {
    const operation = card.operations()[at]
    if (operation === undefined) throw new Error(`there is no operation ${at}`)
    card.settle(operation, isGood)
    world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
    settle()
  }
  happen(0, true)
  const dispute = (at: number) => {
    const operation = card.operations()[at]
    if (operation === undefined) throw new Error(`there is no operation ${at}`)
    card.dispute(operation, 100n)
    const of = { rail: 'card', originalReference: operation.reference }
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', ...of })
  }
  const open = () => [...world.matters.values()].flatMap((matters) => matters.map(({ reason }) => reason))
  return { ...stage, id, decide, happen, dispute, open }
}

describe('a dispute of a late charge beside one that an operator stated', () => {
  it('is a loss, and the shop keeps the money of the stated one', () => {
    const { dispute, balances, open, card } = twoCharges({ effect: 'done', isTold: true })
    expect(balances()).toEqual({ shop: 100n, [clearing]: -100n })
    dispute(0)
    expect([balances(), open(), card.net()]).toEqual([{ shop: 100n, [suspense]: -100n }, ['dispute_after_refund'], 0n])
  })

  it('lets the refund of the late one end when the rail declines it, as the dispute has taken it', () => {
    const { dispute, happen, decide, world, balances, open, card } = twoCharges({ effect: 'pending', isTold: true })
    dispute(0)
    happen(2, false)
    const [refund = ''] = [...world.refunds.keys()]
    decide('late_success', force('failed'), 'refund', refund)
    expect([balances(), card.net(), world.books.held(suspense)]).toEqual([{ shop: 100n, [clearing]: -100n }, 100n, 0n])
    decide('dispute_after_refund', force('succeeded'))
    expect([open(), unended(world)]).toEqual([[], []])
  })

  it('is paid by the shop when it is of the stated one', () => {
    const { dispute, balances, open, card } = twoCharges({ effect: 'done', isTold: true })
    dispute(1)
    expect([balances(), open(), card.net()]).toEqual([{}, [], 0n])
  })
})
