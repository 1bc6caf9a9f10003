import { describe, expect, it } from 'vitest'
import { createModelRail, declined, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { createRailsStage, stated } from '../../../../test/support/payments-world-rails.ts'
import { newPayment, retryPayment } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import { machines } from '../machines.ts'
import { seenOf } from '../seen.ts'

// Rail `a` declines an authorization, and `b` holds. Then `a` holds after all, and declines to release it.

const elsewhere: RailPlan = {
  effect: 'turned',
  isTold: true,
  decline: { code: 'operation_not_supported', remedy: 'rail', message: 'Other.' },
}

function heldTwice() {
  let isWell = false
  const a = (operation: string): RailPlan => {
    if (operation === 'authorize') return elsewhere
    return { effect: isWell ? 'done' : 'declined', isTold: true }
  }
  const b = (): RailPlan => ({ effect: 'done', isTold: true })
  const stage = createRailsStage(machines, { a, b }, { parts: { capture: 'manual' } })
  const { happen, capture, settle, decide, wait, world } = stage
  happen('a', 'authorize')
  const rail = world.rails.get('a')
  return {
    ...stage,
    captureAll: () => {
      capture(100n)
      settle()
    },
    retry: () => {
      decide('compensation_failed', { action: 'retry' })
      wait(60_000)
    },
    recover: () => {
      isWell = true
    },
    heldByA: () => rail?.operations().find(({ operation }) => operation === 'authorize')?.left,
    voids: () => rail?.operations().filter(({ operation }) => operation === 'void').length,
  }
}

describe.each(['held', 'ended'] as const)('a stray hold that was not released, of a payment that is %s', (phase) => {
  const start = () => {
    const stage = heldTwice()
    if (phase === 'ended') stage.captureAll()
    expect([stage.payment().phase, stage.open()]).toEqual([phase, ['compensation_failed']])
    return stage
  }

  it('is released when an operator retries it, and the case is resolved', () => {
    const { recover, retry, heldByA, open, payment } = start()
    recover()
    retry()
    expect([heldByA(), open(), payment().phase]).toEqual([0n, [], phase])
  })

  it('keeps its case when the rail declines to release it again, and is released in the end', () => {
    const { recover, retry, heldByA, open, voids } = start()
    retry()
    expect([heldByA(), open(), voids()]).toEqual([100n, ['compensation_failed'], 2])
    recover()
    retry()
    expect([heldByA(), open(), voids()]).toEqual([0n, [], 3])
  })

  it('is not released again once an operator has stated that it was', () => {
    const { decide, retry, open, voids } = start()
    decide('compensation_failed', stated('succeeded'))
    expect(open()).toEqual([])
    retry()
    expect([open(), voids()]).toEqual([[], 1])
  })
})

describe('a statement that the holds of a case were released', () => {
  /** Both authorizations of a failed payment are there after all. The rail declines only the first release. */
  function twoStrays() {
    const card = (operation: string, count: number): RailPlan => {
      if (operation === 'authorize') return { effect: 'turned', isTold: true }
      return count === 1 ? { effect: 'declined', isTold: true } : { effect: 'pending', isTold: true }
    }
    const stage = createRailsStage(machines, { card }, { parts: { capture: 'manual' } })
    const { world, id, settle, payment } = stage
    expect(retryPayment(world, id)).toBe(true)
    settle()
    const end = (operation: string, at: number, isGood: boolean) => {
      const rail = world.rails.get('card')
      const one = rail?.operations().filter((each) => each.operation === operation)[at]
      if (rail === undefined || one === undefined) throw new Error(`there is no ${operation} ${at}`)
      rail.settle(one, isGood)
      world.mail.push({ attempt: one.id, outcome: rail.tell(one) })
      settle()
    }
    end('authorize', 0, true)
    end('authorize', 1, true)
    expect([payment().phase, stage.open()]).toEqual(['review', ['compensation_failed']])
    const accept = () => {
      const seen = seenOf(payment(), 'compensation_failed', world.context)
      const input = { kind: 'decision', decision: stated('succeeded'), about: 'compensation_failed' } as const
      return () => world.input('payment', id, { ...input, ...(seen !== undefined && { seen }) })
    }
    return { ...stage, end, accept }
  }

  it('leaves the one whose release failed since, until that is stated, too', () => {
    const { end, accept, open, payment, texts } = twoStrays()
    const carryOut = accept()
    end('void', 1, false)
    carryOut()
    expect([payment().phase, open()]).toEqual(['ended', ['compensation_failed']])
    expect(texts()[0]).toContain('More has not been released since: 1.00 USD over card.')
    accept()()
    expect(open()).toEqual([])
  })

  it('leaves the one that is being released, which becomes a case when that fails', () => {
    const { end, accept, open } = twoStrays()
    accept()()
    expect(open()).toEqual([])
    end('void', 1, false)
    expect(open()).toEqual(['compensation_failed'])
  })

  it('leaves the own hold of a payment, whose release failed since', () => {
    const { world, id, settle, wait, decide, open, payment } = heldTwice()
    const seen = seenOf(payment(), 'compensation_failed', world.context)
    world.input('payment', id, { kind: 'cancel' })
    const [release] = world.calls.splice(0)
    world.mail.push({ attempt: release?.attempt ?? '', outcome: { kind: 'failed', decline: declined } })
    settle()
    const input = { kind: 'decision', decision: stated('succeeded'), about: 'compensation_failed' } as const
    world.input('payment', id, { ...input, ...(seen !== undefined && { seen }) })
    expect([payment().phase, open()]).toEqual(['review', ['compensation_failed']])
    decide('compensation_failed', { action: 'retry' })
    wait(60_000)
    expect([payment().phase, open(), payment().state]).toEqual(['ended', [], 'canceled'])
  })
})

it('a release of less than was held is an operator’s: the rail may have captured the rest', () => {
  const card = createModelRail('card', ({ operation }) => ({
    ...{ effect: 'done', isTold: true },
    ...(operation === 'void' && { excess: -40n }),
  }))
  const { world, settle, open } = worldOfServer([card], false)
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } as const
  const { id } = newPayment(world, { source, capture: 'manual' })
  settle()
  world.input('payment', id, { kind: 'cancel' })
  settle()
  expect([found(world.payments, id).state, open()]).toEqual(['canceled', ['outcome_unknown']])
  expect([...world.openCases.values()].map(({ detail }) => detail)).toEqual([
    expect.stringContaining('released 0.60 USD instead of 1.00 USD'),
  ])
})

describe('a release after which nothing is held, although nothing was captured here', () => {
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } as const
  const start = (hasSwitched: boolean) => {
    const rail = createModelRail('card', () => ({ effect: 'done', isTold: true }))
    const server = worldOfServer([rail], false)
    Object.assign(server.world.context, { hasSwitched: () => hasSwitched })
    const { id } = newPayment(server.world, { source, capture: 'manual' })
    server.settle()
    const { railReference: originalReference } = found(server.world.payments, id)
    const cancel = () => {
      server.world.input('payment', id, { kind: 'cancel' })
      server.settle()
    }
    const captureElsewhere = () => rail.submit({ id: 'lost', operation: 'capture', amount: 100n, originalReference })
    return { ...server, rail, cancel, captureElsewhere, state: () => found(server.world.payments, id).state }
  }

  it.each([true, false])('is an operator’s if a lost server may have captured it: %s', (hasSwitched) => {
    const { rail, world, cancel, captureElsewhere, state, open } = start(hasSwitched)
    captureElsewhere()
    cancel()
    expect([rail.net(), state(), open()]).toEqual([100n, 'canceled', hasSwitched ? ['outcome_unknown'] : []])
    const details = [...world.openCases.values()].map(({ detail }) => detail)
    if (hasSwitched) expect(details).toEqual([expect.stringContaining('released 0.00 USD instead of 1.00 USD')])
  })

  it('is in order if a lost server has released it: the same release is made again', () => {
    const { rail, world, cancel, state, open } = start(true)
    const { payments, attempts } = world
    const kept = [new Map(payments), new Map(attempts)] as const
    cancel()
    for (const [one, before] of [
      [payments, kept[0]],
      [attempts, kept[1]],
    ] as const) {
      one.clear()
      for (const [id, row] of before as Map<string, never>) one.set(id, row)
    }
    cancel()
    expect([rail.operations().length, state(), open()]).toEqual([2, 'canceled', []])
  })
})
