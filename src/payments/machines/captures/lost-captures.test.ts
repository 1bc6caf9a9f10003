import { expect, it } from 'vitest'
import { createModelRail } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { newCapture, newPayment } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

it.each(['whose recipient is frozen on the next', 'that the next refused'])(
  'a capture that a lost server had submitted, and %s, is booked',
  (how) => {
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
    const isRefused = how.includes('refused')
    const reason = 'account_frozen'
    const stored = isRefused ? ({ ...capture, state: 'failed', reason } as const) : capture
    const held = found(next.payments, id)
    // A refused one reserves nothing.
    if (isRefused) next.payments.set(id, { ...held, amountCapturable: 100n, amountCapturing: 0n })
    next.captures.set(capture.id, stored)
    Object.assign(next.context, { refusalOf: () => reason })
    next.input('capture', capture.id, { kind: 'capture', capture: stored })
    for (settle(next); next.timers.length > 0; settle(next)) {
      const at = Math.min(...next.timers.map((timer) => timer.at))
      next.now = Math.max(next.now, at)
      next.fire(next.timers.findIndex((timer) => timer.at === at))
    }
    expect(found(next.captures, capture.id).state).toBe('succeeded')
    expect([card.net(), next.books.posted('rails:card:clearing:USD'), next.books.posted('suspense:USD')]).toEqual([
      60n,
      -60n,
      0n,
    ])
  },
)
