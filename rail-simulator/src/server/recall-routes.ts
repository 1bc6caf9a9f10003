import { scheduleNext } from '../operations/ending.ts'
import type { Operation, RailName } from '../operations/operation.ts'
import { show } from '../operations/render.ts'
import type { World } from '../world.ts'
import { parseFields, readOneOf } from './fields.ts'
import { type Answer, problem, RequestProblem } from './problem.ts'

const reasons = ['duplicate', 'wrong_amount', 'fraud', 'technical', 'requested'] as const
const keyForm = /^[\x20-\x7e]{1,255}$/

/** The id of the payout; undefined: it is no path of a recall. */
export function recallRoute(segments: readonly string[]): string | undefined {
  const [noun, id = '', action] = segments
  return segments.length === 3 && noun === 'payouts' && action === 'recall' ? id : undefined
}

/** A recall counts once, by its key. A payee whose instrument says so refuses it; any other gives all back later. */
export function answerRecall(
  world: World,
  rail: RailName,
  id: string,
  { key, body }: { readonly key: unknown; readonly body: string },
): Answer {
  if (typeof key !== 'string' || !keyForm.test(key)) throw new RequestProblem('idempotency_key_missing')
  readOneOf(parseFields(body, ['reason']).reason, 'reason', reasons)
  const payout = world.log.get(id) ?? world.log.find(rail, id)
  if (payout === undefined || payout.rail !== rail || payout.kind !== 'payout') return problem('operation_not_found')
  if (payout.recall === key) return accepted(world, payout)
  if (/recall_?refused/i.test(payout.instrument)) return problem('declined', { detail: 'the payee does not agree' })
  if (payout.recall !== undefined) return problem('declined', { detail: 'There has been a recall.' })
  world.log.change(payout, { recall: key })
  if (payout.status === 'pending') world.log.change(payout, { plan: { name: 'decline' } })
  else {
    world.log.change(payout, { next: 'return' })
    scheduleNext(world, payout)
  }
  return accepted(world, payout)
}

function accepted(world: World, payout: Operation): Answer {
  return { status: 202, body: JSON.stringify(show(world, payout)) }
}
