import { expect, it } from 'vitest'
import { createModelRail } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { newCapture, newPayment } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

it('a capture that a lost server had submitted, and whose recipient is frozen on the next', () => {
  const card = createModelRail('card', () => ({ effect: 'done', isTold: true }))
  const on = (mayBeLost: boolean) => {
    const world = createWorld(machines, [card])
    Object.assign(world.context, { mayBeLost: () => mayBeLost })
    world.books.open('shop')
    return world
  }
  const settle = (world: ReturnType<typeof on>) => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const lost = on(false)
  const { id } = newPayment(lost, {
    source: { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] },
    capture: 'manual',
  })
  settle(lost)
  const capture = newCapture(lost, id, 60n, false)
  if (capture === undefined) throw new Error('held')
  const copied = { payments: new Map(lost.payments), attempts: new Map(lost.attempts) }
  lost.input('capture', capture.id, { kind: 'capture', capture })
  settle(lost)
  expect(card.net()).toBe(60n)
  const next = on(true)
  for (const [k, v] of copied.payments) next.payments.set(k, v)
  for (const [k, v] of copied.attempts) next.attempts.set(k, v)
  next.captures.set(capture.id, capture)
  Object.assign(next.context, { refusalOf: () => 'account_frozen' })
  next.input('capture', capture.id, { kind: 'capture', capture })
  settle(next)
  const row = found(next.captures, capture.id)
  console.info({
    net: card.net(),
    capture: row.state,
    reason: row.reason,
    payment: found(next.payments, id).state,
    capturable: found(next.payments, id).amountCapturable,
    open: [...next.openCases],
    timers: next.timers.length,
  })
  expect(
    row.state === 'succeeded' || next.openCases.size > 0 || next.timers.some(({ input }) => input === 'inquire'),
  ).toBe(true)
})
