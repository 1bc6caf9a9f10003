import {
  type Capture,
  contentOf,
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
  const row = found<Payment | Capture | Refund | Payout>(rows, id)
  const seen = seenOf(row, about, world.context, decision.action)
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
      return [{ action: 'retry' }, { action: 'reverse' }, ...writingOff(world, id)]
    case 'rail_unavailable':
      return [{ action: 'retry' }, { action: 'reverse' }]
    default:
      return [force('succeeded')]
  }
}

/** What recipients owe, if the case is about that and not about money in suspense. */
function writingOff(world: World, id: string): readonly SubjectAction[] {
  const row = world.payments.get(id)
  if (row === undefined) return []
  const { amount, attempts } = contentOf({ kind: 'payment', row }, 'booking_refused', world.context)
  const isDebt = amount > 0n && attempts.length === 0 && amount === row.amountOwed
  return isDebt ? [{ action: 'write_off', text: 'It is gone.' }] : []
}

/** Whatever recipients owe is given up. */
export function writeOffDebts(world: World): void {
  for (const [id, { why: about }] of [...world.openCases]) {
    const [decision] = about === 'booking_refused' ? writingOff(world, id) : []
    if (decision === undefined) continue
    const seen = seenOf(found(world.payments, id), about, world.context, decision.action)
    world.input('payment', id, { kind: 'decision', decision, about, ...(seen && { seen }) })
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
