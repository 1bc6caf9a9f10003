import { type ReversalOutcome, reversed } from '#rails'
import { takeAgain } from './model-rail-amounts.ts'
import type { ModelCall, ModelOperation, RailPlan, ReversalPlan } from './model-rail-plan.ts'

type Rail = {
  readonly planOf: (id: string) => RailPlan | undefined
  readonly known: ReadonlyMap<string, ModelOperation>
  readonly latent: Map<string, ModelCall>
  readonly takenFrom: (original: ModelOperation) => readonly ModelOperation[]
  readonly find: (reference: string | undefined) => ModelOperation | undefined
  readonly add: (net: bigint) => void
  readonly isUp: () => boolean
  readonly isWell: () => boolean
}

export type ModelReversals = {
  readonly reverse: (call: ModelCall) => ReversalOutcome
  /** It was reversed before it came: it is not done any more. */
  readonly isRefused: (id: string) => boolean
}

export function createModelReversals(rail: Rail): ModelReversals {
  const ended = new Map<string, ReversalOutcome>()
  const times = new Map<string, number>()
  const refused = new Set<string>()

  const end = (call: ModelCall, plan: ReversalPlan): ReversalOutcome => {
    const isLate = plan === 'late' || (plan === 'overtaken' && refused.has(call.id))
    const operation = rail.known.get(call.id)
    if (operation === undefined) {
      if (plan !== 'overtaken') rail.latent.delete(call.id)
      refused.add(call.id)
      return { kind: 'nothing_to_reverse' }
    }
    const { status, reference: railReference, done: amount } = operation
    if (status === 'succeeded' && (isLate || !undo(rail, operation))) {
      return { kind: 'too_late', railReference, amount }
    }
    Object.assign(operation, { status: 'failed', decline: reversed, willTurn: false })
    return { kind: 'reversed' }
  }

  return {
    isRefused: (id) => refused.has(id),
    reverse: (call) => {
      const { reversal: plan = 'answered', isNotYet = false } = rail.planOf(call.id) ?? {}
      const isMute = rail.known.get(call.id)?.isMute === true && !rail.isWell()
      if (!rail.isUp() || isMute) return { kind: 'unknown', why: 'no_answer' }
      const id = call.exchange?.reversal?.id ?? call.id
      const time = (times.get(id) ?? 0) + 1
      times.set(id, time)
      const isFirst = time === 1 && !rail.isWell()
      if (isFirst && plan === 'lost') return { kind: 'unknown', why: 'no_answer' }
      if (!rail.known.has(call.id) && isNotYet && time < 3 && !rail.isWell()) {
        return { kind: 'nothing_to_reverse', finality: 'not_yet' }
      }
      const outcome = ended.get(id) ?? end(call, plan)
      ended.set(id, outcome)
      return isFirst && plan === 'unsaid' ? { kind: 'unknown', why: 'no_answer' } : outcome
    },
  }
}

/** False when something has come of it already. */
function undo({ find, takenFrom, add }: Rail, operation: ModelOperation): boolean {
  const { operation: what, done, left, undisputed, reserved, returns, amount, originalReference } = operation
  const original = find(originalReference)
  if (returns.length > 0) return false
  switch (what) {
    case 'charge':
    case 'capture':
      if (left !== done || undisputed !== done || reserved > 0n) return false
      if (what === 'capture' && original !== undefined) original.left += amount
      Object.assign(operation, { left: 0n, undisputed: 0n })
      add(-done)
      return true
    case 'authorize':
      if (original === undefined ? left !== done : original.left < done) return false
      if (original !== undefined) original.left -= done
      operation.left = 0n
      return true
    case 'refund':
      if (original !== undefined) takeAgain(takenFrom(original), amount)
      add(done)
      return true
    case 'payout':
      add(done)
      return true
    case 'void':
      return false
  }
}
