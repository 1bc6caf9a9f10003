import {
  type Capture,
  type Input,
  type Payment,
  type Payout,
  type Refund,
  type SubjectAction,
  type SubjectKind,
  seenOf,
} from '#payments'
import type { ModelOperation } from './model-rail.ts'
import { found, type World } from './payments-world.ts'

export const pick = <Value>(values: readonly Value[], n: number): Value | undefined =>
  values[n % Math.max(1, values.length)]

export function isOpen({ status, willTurn }: ModelOperation): boolean {
  return status === 'pending' || willTurn
}

type Accepted = { readonly kind: SubjectKind; readonly id: string; readonly input: Input }

/** A forced outcome is the true one. */
export function decide(world: World, n: number): void {
  const accepted = acceptDecision(world, n)
  if (accepted !== undefined) world.input(accepted.kind, accepted.id, accepted.input)
}

/** A decision with what its operator sees now. It may be handled later. */
export function acceptDecision(world: World, n: number): Accepted | undefined {
  const [id, open] = pick([...world.openCases], n) ?? []
  if (id === undefined || open === undefined) return undefined
  const { kind, why: about } = open
  const decision = pick(decisionsOn(world, id, about), n)
  if (decision === undefined) return undefined
  const rows = { payment: world.payments, capture: world.captures, refund: world.refunds, payout: world.payouts }[kind]
  const seen = seenOf(found<Payment | Capture | Refund | Payout>(rows, id), about, world.context)
  return { kind, id, input: { kind: 'decision', decision, about, ...(seen !== undefined && { seen }) } }
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
