import { assert } from '#kernel'
import type { Input, Transition } from '../../machine.ts'
import { leftUnbooked } from '../../machines/attempts/unbooked.ts'
import { found } from './batch-rows.ts'
import type { Rows } from './load-rows.ts'
import type { QueuedDispute, QueuedInput } from './queued-input.ts'

type Maps = Pick<Rows, 'payments' | 'captures' | 'refunds' | 'payouts' | 'disputes' | 'attempts'>

export function disputeInputOf({ dispute, news, capture: of, ...input }: QueuedDispute, rows: Maps): Input {
  const capture = of && { capture: found(rows.captures, of) }
  if (dispute !== undefined && news !== undefined) {
    return { kind: 'dispute', dispute: found(rows.disputes, dispute), news, ...capture }
  }
  assert(input.amount !== undefined, 'a dispute that is not stored has an amount')
  return { ...input, amount: input.amount, ...capture }
}

export function unbookedBy(
  { kind, id, root, input }: QueuedInput,
  asked: Transition,
  because: string,
  rows: Maps,
): Transition | undefined {
  const reported =
    input.kind === 'outcome' || input.kind === 'overdue' ? found(rows.attempts, input.attempt) : undefined
  const stated = input.kind === 'decision' && asked.attempt?.state === 'succeeded' ? asked.attempt : undefined
  const after = reported === undefined ? stated : (asked.attempt ?? reported)
  if (after === undefined) return undefined
  const before = found(rows.attempts, after.id)
  const { suspended: _, ...attempt } = after
  const known = { ...attempt, ...(before.suspended && { suspended: before.suspended }) }
  const subjects = {
    kind,
    payment: rows.payments.get(root),
    capture: rows.captures.get(id),
    refund: rows.refunds.get(id),
    payout: rows.payouts.get(id),
  }
  return leftUnbooked(subjects, known.state === 'succeeded' ? known : before, because)
}
