import { expect, it } from 'vitest'
import { createModelRail } from '../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../test/support/payments-world.ts'
import { newPayout } from '../../../test/support/payments-world-requests.ts'
import type { StuckDecision } from '../machine.ts'
import { machines } from './machines.ts'

// A rail pays out another amount than asked, and the books do not let the account pay for it: the account pays for it
// once a person says so, and for no more than was asked or than was paid.

const settled: StuckDecision = { action: 'force', outcome: 'succeeded', evidence: 'Seen.' }
const decisions: readonly StuckDecision[] = [{ action: 'retry' }, settled]

it.each(decisions.flatMap((decision) => [0n, 9n, -9n].map((excess) => [decision.action, excess, decision] as const)))(
  '%s when it paid %d beyond what was asked',
  (_, excess, decision) => {
    const rail = createModelRail('card', () => ({ effect: 'done', isTold: true, excess }))
    const world = createWorld(machines, [rail])
    world.books.open('shop')
    world.books.fund('shop', 150n)
    const { id } = newPayout(world, {})
    world.fire(0)
    world.books.freeze('shop', true)
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
    const posted = () => ['shop', 'suspense:USD', 'rails:card:clearing:USD'].map((code) => world.books.posted(code))
    const paid = 100n + excess
    expect(posted()).toEqual([150n, -paid, paid])
    expect(world.stuck.get(id)).toMatchObject({ why: 'booking_refused' })
    world.books.freeze('shop', false)
    world.input('payout', id, { kind: 'decision', decision, about: 'booking_refused' })
    const charged = paid < 100n ? paid : 100n
    expect(posted()).toEqual([150n - charged, charged - paid, paid])
    expect(found(world.payouts, id)).toMatchObject({ phase: 'ended', state: 'succeeded' })
    // Who states what has become of it has seen all of it; who only tries again has not.
    const isLeft = excess > 0n && decision.action === 'retry'
    expect(world.stuck.get(id)?.why).toBe(isLeft ? 'wrong_amount' : undefined)
    world.input('payout', id, { kind: 'decision', decision: settled, about: 'wrong_amount' })
    expect(world.stuck.get(id)).toBeUndefined()
    expect(posted()).toEqual([150n - charged, charged - paid, paid])
  },
)
