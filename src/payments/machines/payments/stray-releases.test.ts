import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRailsStage, stated } from '../../../../test/support/payments-world-rails.ts'
import { machines } from '../machines.ts'

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
