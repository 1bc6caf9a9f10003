import type { World } from '../world.ts'
import { isOver, isToBeAnswered, statusOf } from './dispute-stages.ts'
import { applyDispute, applySuccess, originalOf, setAside } from './effects.ts'
import { amountDone, refundable } from './money-rules.ts'
import {
  type Behavior,
  type BehaviorName,
  type DisputeStage,
  isReturnable,
  type Operation,
  type OperationKind,
  returnableOf,
  returnKinds,
  type StagedDispute,
} from './operation.ts'
import type { Beginning } from './operation-log.ts'
import { eventOf } from './render.ts'
import { plainDeclineCode, successCode } from './response-codes.ts'

/** The reasons of disputes that were opened without one. */
const disputeCode = { card: undefined, upi: undefined, bank: 'MD06', netbank: undefined } as const
const stagedReason = { card: '4855', upi: 'NR01', bank: 'MD06', netbank: undefined } as const
/** The same of returns. */
const returnCode = { card: '14', upi: 'YE', bank: 'AC04', netbank: 'R02' } as const

/** Resolves when the callback, if there is one, has been acknowledged. */
export async function endAsPlanned(world: World, operation: Operation): Promise<void> {
  const plan: Behavior = operation.plan ?? { name: 'ok' }
  if (operation.status !== 'pending' || neverEnds(plan)) return
  if (plan.name === 'decline') fail(world, operation, plan.code)
  else if (plan.name === 'late_success') {
    fail(world, operation, undefined)
    world.log.change(operation, { next: 'succeed' })
  } else {
    succeed(world, operation, amountOf(world, operation, plan))
    const next = afterwards(plan.name)
    if (next !== undefined) world.log.change(operation, { next })
    if (plan.name === 'duplicate_callback' && operation.rail === 'bank') world.log.change(operation, { next: 'repeat' })
  }
  scheduleNext(world, operation)
  if (plan.name !== 'no_callback') await tellEnd(world, operation, plan)
}

/** Only the control API ends such an operation. */
export function neverEnds(plan: Behavior | undefined): boolean {
  return plan?.name === 'stays_pending' || plan?.name === 'unknown'
}

export function succeed(world: World, operation: Operation, amount: bigint): void {
  const wasSetAside = operation.status === 'pending' ? operation.requested : 0n
  const change = { status: 'succeeded', amount, code: successCode, completedAt: world.clock.now(), plan: undefined }
  world.log.change(operation, { ...change, status: 'succeeded' })
  setAside(world, operation, amount - wasSetAside)
  if (operation.kind !== 'refund') applySuccess(world, operation)
}

export function fail(world: World, operation: Operation, code: string | undefined): void {
  world.log.change(operation, {
    status: 'failed',
    code: code ?? plainDeclineCode[operation.rail],
    completedAt: world.clock.now(),
    plan: undefined,
  })
  setAside(world, operation, -operation.requested)
}

/** The dispute or return that follows a success with this behavior. */
export function afterwards(name: BehaviorName): 'dispute' | 'return' | StagedNext | undefined {
  if (name === 'returned') return 'return'
  return name === 'dispute' || isStagedNext(name) ? name : undefined
}

type StagedNext = 'dispute_open' | 'dispute_won' | 'dispute_lost'

function isStagedNext(name: string): name is StagedNext {
  return Object.hasOwn(opensStaged, name)
}

/** How the opened dispute is decided later. */
const opensStaged: Readonly<Record<StagedNext, 'win' | 'lose' | undefined>> = {
  dispute_open: undefined,
  dispute_won: 'win',
  dispute_lost: 'lose',
}

/** The payer's bank reclaims the money of a charge or capture, refunded or not. */
export function openDispute(world: World, operation: Operation, amount: bigint, reason: string | undefined): Operation {
  return takeBack(world, operation, { kind: 'dispute', amount, code: reason ?? disputeCode[operation.rail] })
}

/**
 * Money of a success comes back: to the payer, or to us when it was a refund or payout. The rail may undo its own
 * report so. Undefined: nothing can.
 */
export function openReturn(
  world: World,
  operation: Operation,
  amount: bigint,
  { reason, isRetraction = false }: { readonly reason: string | undefined; readonly isRetraction?: boolean },
): Operation | undefined {
  if (!isReturnable(operation.kind)) return undefined
  const kind = returnKinds[operation.kind]
  return takeBack(world, operation, { kind, amount, code: reason ?? returnCode[operation.rail], isRetraction })
}

type Taking = {
  readonly kind: OperationKind
  readonly amount: bigint
  readonly code: string | undefined
  readonly isRetraction?: boolean
}

function takeBack(world: World, operation: Operation, { kind, amount, code, isRetraction }: Taking): Operation {
  const { asset, instrument, id: original, rail } = operation
  const about = { rail, kind, amount, asset, instrument, original, descriptor: undefined }
  return happen(world, about, { code, ...(isRetraction === true && { isRetraction }) })
}

type Happening = Pick<Operation, 'rail' | 'kind' | 'amount' | 'asset' | 'instrument' | 'original' | 'descriptor'>

/** What no client has asked for is done at once, and reported. */
export function happen(world: World, about: Happening, also: Pick<Beginning, 'code' | 'isRetraction'>): Operation {
  const now = world.clock.now()
  const { amount } = about
  const beginning: Beginning = { status: 'succeeded', amount, completedAt: now, ...also }
  const happened = world.log.add({ ...about, key: undefined, final: false }, amount, now, beginning)
  applySuccess(world, happened)
  if (about.rail === 'bank') tellInStatement(world, happened)
  else void tell(world, happened)
  return happened
}

/** After a delay, or on the bank rail with the next statement. */
export function scheduleNext(world: World, operation: Operation): void {
  if (operation.next === undefined) return
  if (operation.rail === 'bank') world.forStatement.add(operation)
  else world.agenda.after(world.timings.lateMs, () => doNext(world, operation))
}

function doNext(world: World, operation: Operation): void {
  const { next } = operation
  if (next === undefined) return
  world.log.change(operation, { next: undefined })
  if (next === 'succeed') {
    succeedAfterAll(world, operation)
    void tell(world, operation)
  } else if (next === 'dispute') disputeAll(world, operation)
  else if (next === 'return') returnAll(world, operation)
  else if (next === 'win' || next === 'lose') decideDispute(world, operation, next === 'win' ? 'won' : 'lost')
  else if (next !== 'repeat') openAll(world, operation, opensStaged[next])
}

function openAll(world: World, operation: Operation, next: 'win' | 'lose' | undefined): void {
  const amount = operation.amount - operation.disputed - operation.returned
  if (operation.status !== 'succeeded' || amount <= 0n) return
  const dispute = openStaged(world, operation, { amount, stage: 'opened' })
  world.log.change(dispute, { next })
  scheduleNext(world, dispute)
}

/** Unless the client has given in, or the control API has decided, meanwhile. */
function decideDispute(world: World, dispute: Operation, stage: 'won' | 'lost'): void {
  if (dispute.dispute !== undefined && !isOver(dispute.dispute.stage)) moveDispute(world, dispute, stage)
}

type Opening = {
  readonly amount: bigint
  readonly stage: DisputeStage
  readonly reason?: string | undefined
  readonly evidenceDueMs?: number | undefined
  readonly fee?: bigint | undefined
}

/** A dispute that is reported stage by stage. */
export function openStaged(world: World, operation: Operation, opening: Opening): Operation {
  const { rail, asset, instrument, id } = operation
  const { amount, stage, reason = stagedReason[rail], evidenceDueMs, fee } = opening
  const now = world.clock.now()
  const staged: StagedDispute = {
    ...{ stage, stageAt: now, evidence: [], answers: {} },
    evidenceDueAt: evidenceDueMs === undefined ? undefined : now + evidenceDueMs * 1000,
    fee: fee?.toString(),
  }
  const beginning: Beginning = {
    status: statusOf(rail, stage),
    amount,
    code: reason,
    completedAt: now,
    dispute: staged,
  }
  const about = { rail, kind: 'dispute', key: undefined, amount, asset, instrument, original: id } as const
  const dispute = world.log.add({ ...about, descriptor: undefined, final: false }, amount, now, beginning)
  if (stage !== 'won') applyDispute(world, dispute, amount)
  scheduleExpiry(world, dispute)
  void tell(world, dispute)
  return dispute
}

/** Stages follow one another in time, so that the latest of them is certain. */
export function moveDispute(
  world: World,
  dispute: Operation,
  stage: DisputeStage,
  more: Partial<StagedDispute> = {},
): void {
  const { rail, amount, dispute: before } = dispute
  if (before === undefined) return
  const stageAt = Math.max(world.clock.now(), before.stageAt + 1)
  world.log.change(dispute, {
    status: statusOf(rail, stage),
    completedAt: stageAt,
    dispute: { ...before, ...more, stage, stageAt },
  })
  const wasCounted = before.stage !== 'won'
  const isCounted = stage !== 'won'
  if (wasCounted !== isCounted) applyDispute(world, dispute, isCounted ? amount : -amount)
  void tell(world, dispute)
}

/** After its time, a dispute that is not answered expires. */
export function scheduleExpiry(world: World, dispute: Operation): void {
  const { evidenceDueAt } = dispute.dispute ?? {}
  if (evidenceDueAt === undefined) return
  const delayMs = Math.max(0, (evidenceDueAt - world.clock.now()) / 1000)
  world.agenda.after(delayMs, () => {
    if (dispute.dispute !== undefined && isToBeAnswered(dispute.dispute.stage)) moveDispute(world, dispute, 'expired')
  })
}

export function succeedAfterAll(world: World, operation: Operation): void {
  if (operation.status === 'failed') succeed(world, operation, operation.requested)
}

export function disputeAll(world: World, operation: Operation): Operation | undefined {
  const amount = operation.amount - operation.disputed - operation.returned
  if (operation.status !== 'succeeded' || amount <= 0n) return undefined
  return openDispute(world, operation, amount, undefined)
}

export function returnAll(world: World, operation: Operation): Operation | undefined {
  const amount = returnableOf(operation)
  return amount <= 0n ? undefined : openReturn(world, operation, amount, { reason: undefined })
}

export function tell(world: World, operation: Operation): Promise<void> {
  if (operation.rail === 'netbank') world.netbankDays.unlisted.add(operation)
  world.log.change(operation, { events: operation.events + 1 })
  return world.callbacks.send(eventOf(world, operation, operation.events))
}

export function tellInStatement(world: World, operation: Operation): void {
  world.log.change(operation, { next: 'repeat' })
  world.forStatement.add(operation)
}

async function tellEnd(world: World, operation: Operation, plan: Behavior): Promise<void> {
  if (operation.rail === 'bank') return
  if (plan.name === 'out_of_order') {
    // The older of the two events arrives after the newer one.
    world.log.change(operation, { events: 2 })
    await world.callbacks.send(eventOf(world, operation, 2))
    return world.callbacks.send(eventOf(world, operation, 1, true))
  }
  const reported = tell(world, operation)
  if (plan.name === 'duplicate_callback') {
    world.callbacks.repeat(eventOf(world, operation, operation.events), world.timings.callbackDelayMs)
  }
  return reported
}

function amountOf(world: World, operation: Operation, plan: Behavior): bigint {
  const original = operation.kind === 'refund' ? originalOf(world, operation.original) : undefined
  const most = original === undefined ? undefined : refundable(original) + operation.requested
  return amountDone(plan.name, { requested: operation.requested, most })
}
