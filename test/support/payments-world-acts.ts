import type { SubjectAction } from '#payments'
import type { ModelOperation } from './model-rail.ts'
import type { World } from './payments-world.ts'

export const pick = <Value>(values: readonly Value[], n: number): Value | undefined =>
  values[n % Math.max(1, values.length)]

export function isOpen({ status, willTurn }: ModelOperation): boolean {
  return status === 'pending' || willTurn
}

/** A forced outcome is the true one. */
export function decide(world: World, n: number): void {
  const [id, stuck] = pick([...world.stuck], n) ?? []
  if (id === undefined || stuck === undefined) return
  const decision = pick(decisionsOn(world, id, stuck.why), n)
  if (decision !== undefined) world.input(stuck.kind, id, { kind: 'decision', decision, about: stuck.why })
}

export const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({
  action: 'force',
  outcome,
  evidence: 'seen',
})

function decisionsOn(world: World, id: string, why: string): readonly SubjectAction[] {
  switch (why) {
    case 'outcome_unknown':
      return [{ action: 'inquire' }, ...forced(world, id)]
    case 'wrong_amount':
      return [{ action: 'reverse' }, force('succeeded')]
    case 'late_success':
      return [{ action: 'retry' }, { action: 'inquire' }]
    case 'compensation_failed':
      return [{ action: 'retry' }, { action: 'inquire' }]
    case 'booking_refused':
      return [{ action: 'retry' }, { action: 'reverse' }]
    case 'rail_unavailable':
      return [{ action: 'retry' }, { action: 'reverse' }]
    default:
      return [force('succeeded')]
  }
}

/** The outcome that an operator sees at the rail; none while it is open there. */
function forced(world: World, id: string): readonly SubjectAction[] {
  const call = [world.payments, world.captures, world.refunds, world.payouts]
    .map((rows) => rows.get(id)?.currentAttempt)
    .find((one) => one !== undefined)
  const attempt = world.attempts.get(call ?? '')
  const rail = world.rails.get(attempt?.rail ?? '')
  const operation = rail?.operations().find((one) => one.id === call)
  if (operation === undefined || isOpen(operation)) return []
  return [force(operation.status === 'succeeded' ? 'succeeded' : 'failed')]
}
