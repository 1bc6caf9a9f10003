import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { acceptCancel, newCapture, newPayment } from '../../../../test/support/payments-world-requests.ts'
import type { PaymentSource } from '../../payment.ts'
import { machines } from '../machines.ts'

const done: RailPlan = { effect: 'done', isTold: true }
const slow: RailPlan = { effect: 'pending', isTold: true }
const wallet: PaymentSource = { kind: 'wallet', account: 'wallet' }

function holding(source: PaymentSource, ...captures: readonly RailPlan[]) {
  const stage = createStage(machines, [done, ...captures])
  const { world, settle, wait } = stage
  world.books.fund('wallet', 100n)
  const shares = { destinations: [{ account: 'shop', amount: 90n }], fee: { account: 'fees', amount: 10n } }
  const { id } = newPayment(world, { source, capture: 'manual', ...shares })
  settle()
  const accept = (...amounts: readonly bigint[]) => {
    const all = amounts.map((amount) => {
      const made = newCapture(world, id, amount, false)
      if (made === undefined) throw new Error('so much is held')
      return made
    })
    return () => {
      for (const made of all) world.input('capture', made.id, { kind: 'capture', capture: made })
      settle()
    }
  }
  const wantBack = () => {
    acceptCancel(world, id, { wantsBack: true })
    world.input('payment', id, { kind: 'cancel' })
    settle()
  }
  const end = (isGood: boolean) => {
    for (const one of stage.card.operations()) if (one.status === 'pending') stage.card.settle(one, isGood)
    stage.callBack('all')
    wait(1_000)
  }
  return { ...stage, accept, wantBack, end, paid: () => stage.payment(id) }
}

const paidIn = { world: -100n, wallet: 100n }

describe('what the payer wants back while a capture is under way', () => {
  it('is refunded when the capture succeeds, by those who got it, and the rest of the hold is released', () => {
    const { world, card, accept, wantBack, end, paid, balances } = holding(cardSource, slow)
    accept(60n)()
    wantBack()
    expect(paid()).toMatchObject({ state: 'processing', reason: 'refund_requested' })
    end(true)
    expect(paid()).toMatchObject({ state: 'succeeded', phase: 'ended', amountCaptured: 60n, amountRefunded: 60n })
    expect([balances(), card.net(), world.openCases.size]).toEqual([paidIn, 0n, 0])
    expect(card.operations().map(({ operation, left }) => [operation, left])).toContainEqual(['authorize', 0n])
    const [refund] = world.refunds.values()
    expect(refund?.from).toEqual([
      { account: 'shop', amount: 54n },
      { account: 'fees', amount: 6n },
    ])
  })

  it('is canceled when the capture fails', () => {
    const { world, card, accept, wantBack, end, paid, balances } = holding(cardSource, slow)
    accept(60n)()
    wantBack()
    end(false)
    expect(paid()).toMatchObject({ state: 'canceled', reason: 'cancel_requested', amountCaptured: 0n })
    expect([balances(), card.net(), world.refunds.size]).toEqual([paidIn, 0n, 0])
  })

  it('stays wanted back when the hold expires meanwhile, for each capture under way', () => {
    const { world, card, accept, wantBack, end, paid, balances } = holding(cardSource, slow, slow)
    accept(60n)()
    accept(30n)()
    wantBack()
    world.input('payment', paid().id, { kind: 'cancel' })
    world.now = paid().expiresAt ?? 0
    world.input('payment', paid().id, { kind: 'expire' })
    end(true)
    expect(paid()).toMatchObject({ state: 'succeeded', amountCaptured: 90n, amountRefunded: 90n })
    expect([balances(), card.net()]).toEqual([paidIn, 0n])
  })

  it('goes back to a wallet', () => {
    const { accept, wantBack, end, paid, balances } = holding(wallet)
    const begin = accept(60n)
    wantBack()
    begin()
    end(true)
    expect(paid()).toMatchObject({ state: 'succeeded', amountCaptured: 60n, amountRefunded: 60n })
    expect(balances()).toEqual(paidIn)
  })

  const decide = ({ world, paid, settle }: ReturnType<typeof holding>, action: 'retry' | 'reverse') => {
    world.input('payment', paid().id, { kind: 'decision', decision: { action } })
    settle()
  }

  const excess: RailPlan = { ...done, excess: 5n }

  it.each([
    ['the books had refused it', done, 60n],
    ['it came in another amount', excess, 65n],
  ])('is refunded once an operator has delivered it: %s', (_, plan, came) => {
    const stage = holding(cardSource, plan)
    const { world, accept, wantBack, paid, wait } = stage
    const begin = accept(60n)
    wantBack()
    world.books.freeze('shop', came === 60n)
    begin()
    expect(paid()).toMatchObject({ state: 'requires_review', amountSuspended: came })
    const [matter] = world.matters.get(paid().id) ?? []
    expect(matter?.detail).toContain('The payer wants all of it back')
    world.books.freeze('shop', false)
    decide(stage, 'retry')
    wait(1_000)
    expectAllBack(stage, 60n)
  })

  it('is refunded, too, when another capture came in another amount before', () => {
    const stage = holding(cardSource, excess, slow)
    const begin = stage.accept(40n, 30n)
    stage.wantBack()
    begin()
    decide(stage, 'reverse')
    stage.end(true)
    expectAllBack(stage, 30n)
  })

  it('is refunded, too, when the payer says so while an operator has another capture', () => {
    const stage = holding(cardSource, excess, slow)
    stage.accept(40n, 30n)()
    expect(stage.paid()).toMatchObject({ state: 'requires_review', amountCapturing: 30n })
    stage.wantBack()
    expect(stage.paid()).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
    stage.end(true)
    decide(stage, 'retry')
    stage.wait(1_000)
    expectAllBack(stage, 70n)
  })
})

/** The payer has all of it, and nothing is held any more. */
function expectAllBack({ world, card, paid, balances }: ReturnType<typeof holding>, amount: bigint): void {
  const ended = { state: 'succeeded', phase: 'ended', amountCaptured: amount, amountRefunded: amount }
  expect(paid()).toMatchObject(ended)
  expect([balances(), card.net(), world.openCases.size]).toEqual([paidIn, 0n, 0])
  expect(card.operations().filter(({ operation, left }) => operation === 'authorize' && left > 0n)).toEqual([])
}
