import { expect, it } from 'vitest'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newCapture, newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

const clearing = 'rails:card:clearing:USD'

/** A payment of 100 that the card has taken, and the rail's reports of its operations. */
function paid(capture: 'automatic' | 'manual' = 'automatic') {
  const stage = createStage(machines)
  const { world, card, settle } = stage
  const { id } = newPayment(world, { source: cardSource, capture })
  settle()
  if (capture === 'manual') {
    const made = newCapture(world, id, 100n, true)
    if (made !== undefined) world.input('capture', made.id, { kind: 'capture', capture: made })
    settle()
  }
  /** Reports the last operation once more. */
  const tell = (parts: { readonly amount?: bigint; readonly railReference?: string }) => {
    const operation = card.operations().at(-1)
    const { done = 0n, reference = '' } = operation ?? {}
    const outcome = { kind: 'succeeded', amount: done, railReference: reference, ...parts } as const
    world.mail.push({ attempt: operation?.id ?? '', outcome })
    return world.deliver(0)
  }
  return { ...stage, id, tell }
}

it('an unchanged report of an operation changes nothing', () => {
  const { world, tell, balances } = paid()
  expect(tell({}).ignored).toBeDefined()
  expect(world.reportedOtherwise.size).toBe(0)
  expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
})

it.each([{ amount: 90n }, { railReference: 'chg_other' }])(
  'a charge that a rail later reports with %o goes to an operator',
  (parts) => {
    const { world, tell, balances, payment, id } = paid()
    tell(parts)
    tell(parts)
    expect([...world.reportedOtherwise.values()]).toEqual([expect.stringContaining('The first is booked')])
    expect(world.openCases.size).toBe(0)
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended' })
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
  },
)

it('the answer of a call with another amount than an earlier callback goes to an operator', () => {
  const { world, card, balances } = createStage(machines)
  newPayment(world, { source: cardSource })
  world.call(0)
  const [charge] = card.operations()
  const outcome = { kind: 'succeeded', railReference: charge?.reference ?? '', amount: 90n } as const
  world.mail.unshift({ attempt: charge?.id ?? '', outcome })
  world.deliver(0)
  world.deliver(0)
  expect([...world.reportedOtherwise.values()]).toEqual([expect.stringContaining('now reports that it moved 1.00 USD')])
  expect(balances()).toEqual({ [clearing]: -90n, 'suspense:USD': 90n })
})

it('a capture, a refund and a payout reported differently go to an operator, too', () => {
  const { world, settle, tell, id } = paid('manual')
  tell({ amount: 99n })
  const refund = newRefund(world, id, { amount: 40n, from: [{ account: 'shop', amount: 40n }] })
  world.input('refund', refund?.id ?? '', { kind: 'start' })
  settle()
  tell({ railReference: 'rfd_other' })
  newPayout(world, { amount: 50n })
  settle()
  tell({ amount: 51n })
  expect([...world.reportedOtherwise.values()].map((detail) => detail.split(' ')[6])).toEqual([
    'capture',
    'refund',
    'payout',
  ])
})

const declined = { code: 'declined', remedy: 'never', message: 'Returned.' } as const

it('a success withdrawn by its rail, and then confirmed in another amount, goes to an operator', () => {
  const { world, card, wait, payment, id } = paid()
  const [charge] = card.operations()
  world.mail.push({ attempt: charge?.id ?? '', outcome: { kind: 'failed', decline: declined } })
  if (charge !== undefined) charge.done = 80n
  wait(2_000)
  expect(world.attempts.get(charge?.id ?? '')).toMatchObject({ state: 'succeeded', reason: undefined })
  expect([...world.reportedOtherwise.values()]).toEqual([expect.stringContaining('now reports that it moved 0.80 USD')])
  expect(payment(id)).toMatchObject({ state: 'succeeded' })
})

it('a withdrawn success is not restored by an older report that comes without an inquiry', () => {
  const { world, card, wait, tell, id } = paid()
  const [charge] = card.operations()
  const attempt = charge?.id ?? ''
  world.mail.push({ attempt, outcome: { kind: 'failed', decline: declined } })
  world.deliver(0)
  if (charge !== undefined) charge.status = 'failed'
  // The process that was to inquire is killed; an earlier callback is sent again.
  world.calls.splice(0)
  tell({})
  wait(120_000)
  expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
})
