import { expect } from 'vitest'
import { isStranded, type SubjectKind, type Timer } from '#payments'
import { suspense, type World } from './payments-world.ts'
import { lastSteps } from './payments-world-checks.ts'

type Besides = {
  /** Payments with an accepted cancel. */
  readonly canceling: readonly string[]
  /** Dead letters, which have cases. */
  readonly dead: readonly Pick<Timer, 'subject'>[]
}

/** By all that is still to come, and all open cases: nothing unfinished is forgotten. */
export function checkNotStranded(world: World, besides: Besides = { canceling: [], dead: [] }): void {
  const found = strandedIn(world, besides).map(({ kind, id }) => `${kind} ${id}`)
  if (found.length > 0) expect(found, lastSteps(world)).toEqual([])
}

function strandedIn(world: World, { canceling, dead }: Besides): { kind: SubjectKind; id: string }[] {
  const refunds = [...world.refunds.values()]
  const rows = [
    ...[...world.payments.values()].map((row) => ({ kind: 'payment', row, root: row.id }) as const),
    ...[...world.captures.values()].map((row) => ({ kind: 'capture', row, root: row.payment }) as const),
    ...refunds.map((row) => ({ kind: 'refund', row, root: row.payment }) as const),
    ...[...world.payouts.values()].map((row) => ({ kind: 'payout', row, root: row.id }) as const),
  ]
  return rows.flatMap(({ kind, row, root }) => {
    const timers = world.timers.filter(({ subject }) => subject.id === row.id)
    const cancels = canceling.filter((id) => id === row.id).map(() => ({ input: 'cancel', at: world.now }) as const)
    const isReturning = refunds.some(
      (one) => one.payment === row.id && one.phase !== 'ended' && one.from[0]?.account === suspense,
    )
    const isDead = dead.some(({ subject }) => subject.id === row.id)
    const hasCase = isDead || [row.id, root].some((id) => (world.matters.get(id)?.length ?? 0) > 0)
    const attempts = row.currentAttempt === undefined ? [] : [world.attempts.get(row.currentAttempt)]
    const known = attempts.filter((one) => one !== undefined)
    return isStranded(row, known, { coming: [...timers, ...cancels], isReturning, hasCase })
      ? [{ kind, id: row.id }]
      : []
  })
}
