import type { Reversal, ReversalEnd } from '../journal/reversals.ts'
import type { World } from '../world.ts'
import { originalOf, setAside } from './effects.ts'
import type { BehaviorName, Operation, RailName } from './operation.ts'
import { eventOf } from './render.ts'
import { reversedCode } from './response-codes.ts'
import { behaviorOf } from './submit.ts'

export type ReversalAnswer = { readonly kind: 'acknowledged'; readonly reversal: Reversal } | { readonly kind: 'hang' }

type Request = { readonly rail: RailName; readonly key: string; readonly original: string }

/**
 * Undoes the operation of a key, once, and acknowledges that as often as it is asked. What has not come yet is not done
 * any more, unless the test value of its instrument says so.
 */
export function reverse(world: World, request: Request): ReversalAnswer {
  const { rail, key, original } = request
  const before = world.reversals.find(rail, key) ?? { ...request, outcome: undefined, sent: 0, acknowledged: 0 }
  const sent = before.sent + 1
  const operation = world.log.find(rail, original)
  const fault = operation === undefined ? undefined : behaviorOf(world, operation).name
  if (sent === 1 && fault === 'reversal_lost') {
    world.reversals.put({ ...before, sent })
    return { kind: 'hang' }
  }
  const outcome = before.outcome ?? end(world, operation, fault)
  const isSaid = sent > 1 || fault !== 'reversal_unanswered'
  const reversal = { ...before, sent, outcome, acknowledged: before.acknowledged + (isSaid ? 1 : 0) }
  world.reversals.put(reversal)
  return isSaid ? { kind: 'acknowledged', reversal } : { kind: 'hang' }
}

/** Behaviors with which an operation stands once it has succeeded. */
const lasting: ReadonlySet<BehaviorName | undefined> = new Set(['reversal_too_late', 'reversal_overtaken'])

function end(world: World, operation: Operation | undefined, fault: BehaviorName | undefined): ReversalEnd {
  if (operation === undefined) return 'nothing_to_reverse'
  if (operation.status === 'failed') return 'reversed'
  const stale = fault === 'reversal_late_answer' ? eventOf(world, operation, operation.events + 1) : undefined
  if (operation.status === 'succeeded' && (lasting.has(fault) || !undo(world, operation))) return 'too_late'
  setAside(world, operation, -operation.amount)
  const change = { status: 'failed', code: reversedCode, completedAt: world.clock.now() } as const
  world.log.change(operation, { ...change, plan: undefined, next: undefined })
  if (stale !== undefined) {
    world.log.change(operation, { events: operation.events + 1 })
    world.agenda.after(world.timings.lateMs, () => void world.callbacks.send(stale))
  }
  return 'reversed'
}

/** False when something has come of it already. */
function undo(world: World, operation: Operation): boolean {
  const { kind, amount, refunded, disputed, returned, captured, capturable } = operation
  const original = originalOf(world, operation.original)?.operation
  if (refunded + disputed + returned + captured > 0n) return false
  switch (kind) {
    case 'void':
      return false
    case 'authorize':
      if (operation.isVoided || capturable !== amount) return false
      world.log.change(operation, { capturable: 0n, isVoided: true })
      return true
    case 'increment':
      if (original === undefined || original.capturable < amount) return false
      world.log.change(original, { capturable: original.capturable - amount })
      return true
    case 'capture':
      if (original === undefined || operation.final) return false
      world.log.change(original, {
        capturable: original.capturable + amount,
        captured: original.captured - amount,
      })
      return true
    default:
      return true
  }
}
