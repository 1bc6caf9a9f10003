import type { Payment } from '#payments'
import type { DisputeStage } from '#rails'
import type { ModelOperation, ModelRail } from './model-rail.ts'
import { found, type World } from './payments-world.ts'
import { pick } from './payments-world-acts.ts'
import { reportDispute } from './payments-world-disputes.ts'
import { subjectOf } from './payments-world-sums.ts'

type Run = { readonly world: World; readonly rails: readonly ModelRail[] }

/** Money that a rail had taken for the payment, and no dispute is about. */
function undisputedOf({ world, rails }: Run, { id }: Payment, n: number) {
  const rail = pick(rails, n)
  const isFree = ({ undisputed, reserved }: ModelOperation) => undisputed > reserved
  const taken = rail?.operations().filter((one) => isFree(one) && subjectOf(world, one) === id) ?? []
  return { rail, operation: pick(taken, n) }
}

/** The stages that a rail may report next. It may also revise a decision. */
const stagesAfter: Readonly<Record<DisputeStage, readonly DisputeStage[]>> = {
  inquiry: ['opened', 'won', 'expired'],
  opened: ['challenged', 'accepted', 'expired', 'lost'],
  challenged: ['won', 'won', 'lost', 'pre_arbitration'],
  pre_arbitration: ['challenged', 'won', 'lost', 'accepted'],
  won: ['pre_arbitration', 'lost'],
  lost: ['won'],
  accepted: [],
  expired: ['won'],
}

/** Each stage has its own time. Reports are delivered later, in any order and number, or at once. */
export function openDispute(run: Run, payment: Payment, n: number): void {
  const { rail, operation } = undisputedOf(run, payment, n)
  if (operation === undefined) return
  const stage = n % 3 === 0 ? 'inquiry' : 'opened'
  const opened = rail?.openDispute(operation, { amount: BigInt(1 + (n % 60)), stage, at: 1 })
  if (opened !== undefined && n % 2 === 0) reportDispute(run.world, opened)
}

export function moveDispute(rails: readonly ModelRail[], n: number): void {
  const rail = pick(rails, n)
  const one = pick(rail?.disputes() ?? [], n)
  const last = one?.reports.at(-1)
  const stage = pick(last === undefined ? [] : stagesAfter[last.stage], n)
  if (one === undefined || stage === undefined) return
  rail?.moveDispute(one, { stage, at: one.reports.length + 1 })
}

/** Every report comes at last, the newest first. */
export function reportDisputes({ world, rails }: Run): void {
  for (const one of rails.flatMap((rail) => rail.disputes())) {
    for (let which = one.reports.length - 1; which >= 0; which -= 1) reportDispute(world, one, { which })
  }
}

/** A rail debits money by itself that it had taken for the payment. */
export function dispute(run: Run, payment: Payment, n: number): void {
  const { world } = run
  const { id } = payment
  const { rail, operation } = undisputedOf(run, payment, n)
  if (rail === undefined || operation === undefined) return
  const amount = rail.dispute(operation, BigInt(1 + (n % 60)))
  const { subject } = found(world.attempts, operation.id)
  const isCapture = subject.kind === 'capture'
  const of = isCapture ? { capture: found(world.captures, subject.id) } : { originalReference: operation.reference }
  world.input('payment', id, {
    kind: 'dispute',
    amount,
    railReference: operation.reference,
    rail: rail.name,
    ...of,
  })
}

/** One of the reports, maybe with a fee, of some dispute, old or new. */
export function reportSomeDispute({ world, rails }: Run, n: number): void {
  const disputes = rails.flatMap((rail) => rail.disputes())
  const one = pick(disputes, n)
  const fee = n % 4 === 0 ? { fee: BigInt(n % 9) } : {}
  if (one !== undefined) reportDispute(world, one, { which: n % one.reports.length, ...fee })
}
