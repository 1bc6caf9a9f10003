import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

// A rail declines a refund, it is submitted again, and then the first submission happens after all: the second cannot.

const turned = { effect: 'turned', isTold: true } as const
const done = { effect: 'done', isTold: true } as const
const pending = { effect: 'pending', isTold: true } as const
const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const

function stageOf(...plans: RailPlan[]) {
  const stage = createStage(machines, plans)
  const { world, card } = stage
  const refundOperations = () => card.operations().filter(({ operation }) => operation === 'refund')
  /** The first submission happens, and the rail reports it; then the second ends. `isFirst`: in that order. */
  const happen = (isFirst: boolean) => {
    const [first, second] = refundOperations()
    if (first === undefined || second === undefined) throw new Error('the refund was submitted twice')
    const tell = (operation: typeof first) => {
      world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
      stage.settle()
    }
    card.settle(first, true)
    card.settle(second, true)
    for (const operation of isFirst ? [first, second] : [second, first]) tell(operation)
  }
  return { ...stage, happen }
}

describe.each([true, false])('a late first submission, reported before its replacement: %s', (isFirst) => {
  it('is the refund, and the intended accounts pay for it', () => {
    const { world, card, settle, wait, happen, payment, balances } = stageOf(
      done,
      { ...turned, decline: later },
      pending,
    )
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const refund = newRefund(world, id, { amount: 100n, from: [{ account: 'shop', amount: 100n }] })?.id ?? ''
    world.input('refund', refund, { kind: 'start' })
    settle()
    wait(30_000)
    happen(isFirst)
    expect(found(world.refunds, refund)).toMatchObject({ state: 'succeeded', phase: 'ended', holds: [] })
    expect(payment(id)).toMatchObject({ amountRefunded: 100n, amountRefunding: 0n })
    expect([card.net(), balances(), world.openCases.size]).toEqual([0n, {}, 0])
    expect(payment(id).amountLost ?? 0n).toBe(0n)
  })

  it('has returned the money in suspense, and needs no statement of an operator', () => {
    const { world, card, settle, wait, happen, payment, balances } = stageOf({ ...done, excess: -10n }, turned, pending)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' } })
    settle()
    const [refund] = [...world.refunds.keys()]
    world.input('refund', refund ?? '', { kind: 'decision', decision: { action: 'retry' } })
    wait(1_000)
    happen(isFirst)
    expect(found(world.refunds, refund ?? '')).toMatchObject({ state: 'succeeded', phase: 'ended', holds: [] })
    expect(payment(id)).toMatchObject({ phase: 'ended', amountSuspended: 0n })
    expect([card.net(), balances(), world.openCases.size]).toEqual([0n, {}, 0])
  })
})
