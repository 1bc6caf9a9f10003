import { expect, it } from 'vitest'
import { createModelRail } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { newPayout } from '../../../../test/support/payments-world-requests.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

// A rail pays out another amount than requested, and the ledger refuses to debit the account. The account pays once an
// operator says so, at most the requested and at most the paid amount.

const settled: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'Seen.' }
const decisions: readonly SubjectAction[] = [{ action: 'retry' }, settled]

it.each(decisions.flatMap((decision) => [0n, 9n, -9n].map((excess) => [decision.action, excess, decision] as const)))(
  '%s when the rail paid %d beyond the requested amount',
  (_, excess, decision) => {
    const rail = createModelRail('card', () => ({ effect: 'done', isTold: true, excess }))
    const world = createWorld(machines, [rail])
    world.books.open('shop')
    world.books.fund('shop', 150n)
    const { id } = newPayout(world, {})
    world.books.freeze('shop', true)
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
    const posted = () => ['shop', 'suspense:USD', 'rails:card:clearing:USD'].map((code) => world.books.posted(code))
    const paid = 100n + excess
    expect(posted()).toEqual([150n, -paid, paid])
    expect(world.openCases.get(id)).toMatchObject({ why: 'booking_refused' })
    world.books.freeze('shop', false)
    world.input('payout', id, { kind: 'decision', decision, about: 'booking_refused' })
    const charged = paid < 100n ? paid : 100n
    expect(posted()).toEqual([150n - charged, charged - paid, paid])
    expect(found(world.payouts, id)).toMatchObject({ phase: 'ended', state: 'succeeded' })
    // A statement covers the whole amount; a mere retry does not.
    const isLeft = excess > 0n && decision.action === 'retry'
    expect(world.openCases.get(id)?.why).toBe(isLeft ? 'wrong_amount' : undefined)
    world.input('payout', id, { kind: 'decision', decision: settled, about: 'wrong_amount' })
    expect(world.openCases.get(id)).toBeUndefined()
    expect(posted()).toEqual([150n - charged, charged - paid, paid])
  },
)

it.each(decisions.flatMap((decision) => [-60n, 30n].map((excess) => [decision.action, excess, decision] as const)))(
  '%s of a late payout, when another attempt paid %d beyond the requested amount',
  (_, excess, decision) => {
    const decline = { code: 'declined', remedy: 'rail', message: 'No.' } as const
    const card = createModelRail('card', () => ({ effect: 'turned', isTold: true, decline }))
    const bank = createModelRail('bank', () => ({ effect: 'turned', isTold: true }))
    const world = createWorld(machines, [card, bank])
    world.books.open('shop')
    world.books.fund('shop', 500n)
    const { id } = newPayout(world, { otherRails: ['bank'] })
    const goOn = () => {
      while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
    }
    goOn()
    for (const rail of [card, bank]) {
      const [operation] = rail.operations()
      if (operation === undefined) throw new Error('the rail was not asked')
      rail.settle(operation, true)
      const reported = rail.tell(operation)
      const isOther = rail === bank && reported.kind === 'succeeded'
      world.mail.push({ attempt: operation.id, outcome: isOther ? { ...reported, amount: 100n + excess } : reported })
      goOn()
    }
    world.input('payout', id, { kind: 'decision', decision: settled, about: 'wrong_amount' })
    world.input('payout', id, { kind: 'decision', decision, about: 'late_success' })
    expect(world.books.posted('shop')).toBe(400n)
    expect(world.books.posted('suspense:USD')).toBe(-100n - excess)
    expect(found(world.payouts, id)).toMatchObject({ phase: 'ended', state: 'succeeded' })
    expect(world.openCases.get(id)).toBeUndefined()
  },
)
