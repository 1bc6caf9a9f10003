// A *step* is the inputs of one root, and how far they are handled. Its *pending* transition has commands to book.
// A *round* is one call of the ledger, with the pending transitions of as many steps as it takes.

import { assert, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { CommandGroup, Ledger, LedgerRefusal, TransferOutcome } from '#ledger'
import { Fault, faultPoint } from '#platform/faults'
import { newUuid, renewableUuid, repeatableUuid } from '#platform/ids'
import { type BurstStep, DatabaseFault, type Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { chartOfAccounts, isOfChart } from '../../chart-of-accounts.ts'
import type { MachineContext, Machines, Transition } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import type { Ended, EndedListener } from '../../payments.ts'
import { lookAt, refuseAccounts } from '../acceptance/account-checks.ts'
import type { ChartAccounts } from '../acceptance/chart-accounts.ts'
import { Batch, type BatchContext, type PlannedCall } from './batch.ts'
import { type Known, loadRows } from './load-rows.ts'
import { lookAtDeclines } from './look-at-declines.ts'
import { type Belonging, eachInput, type QueuedInput } from './queued-input.ts'
import type { RowLocks } from './row-locks.ts'
import { writeBatchSteps } from './write-batch.ts'

export type HandlingDependencies = Known & {
  readonly ledger: Pick<Ledger, 'postAll' | 'createAccounts' | 'standings' | 'knownAssets'>
  readonly lanes: Pick<Lanes, 'enqueueSteps'>
  readonly rails: Pick<Rails, 'rail' | 'health'>
  readonly machines: Machines
  readonly chart: ChartAccounts
  readonly listeners: readonly EndedListener[]
  readonly locks: RowLocks
}

export type Handled = {
  readonly calls: readonly PlannedCall[]
  readonly ended: readonly Ended[]
  /** Times before the rows were read, and before the commit was sent, in ms of `performance.now`. */
  readonly startedMs: number
  readonly asOfMs: number
  readonly enqueued: boolean
  /** Call it after the commit: it caches the accounts that the transaction opened. */
  readonly keep: () => void
  readonly booked: number
  /** Whether `last` has been sent. It has not when listeners are notified of an end in the same transaction. */
  readonly isOver: boolean
}

/**
 * Handles a batch of inputs in the caller's transaction, with one ledger call for all their commands. Inputs to one
 * payment are handled one after the other, in the given order. `last`, the commit, is sent with the last steps. Throws
 * a retryable Fault, with the transaction failed, when a row has changed since it was read. Inputs whose payment or
 * accounts another transaction keeps locked are deferred.
 */
export function handleInputs(
  deps: HandlingDependencies,
  tx: Transaction,
  inputs: readonly QueuedInput[],
  last?: BurstStep,
): Promise<Handled> {
  return handleOn(deps, tx, inputs, last).catch((error: unknown) => {
    deps.locks.noteFailure(error)
    throw error instanceof DatabaseFault && error.state === changedState ? changed(error) : error
  })
}

/** In one ledger call. The ledger ends lapsed holds besides. */
const commandsMax = 8_000

/** SQLSTATE of a division by zero, with which an update fails when a row is not as it was read. */
const changedState = '22012'

function changed(cause: DatabaseFault): Fault {
  const message = 'A payment or account was changed by another process meanwhile.'
  return new Fault({ code: 'payment_changed', message, retryable: true, cause })
}

async function handleOn(
  deps: HandlingDependencies,
  tx: Transaction,
  inputs: readonly QueuedInput[],
  last: BurstStep | undefined,
): Promise<Handled> {
  const startedMs = performance.now()
  const loaded = await loadRows(tx, inputs.flatMap(eachInput), deps)
  const batch = new Batch(loaded.rows, deps.rails)
  let { unsent } = loaded
  const ready = withoutBusy(batch, inputs, loaded.busy)
  const context = contextOf(deps, batch, await lookBeforeRails(deps, tx, batch, ready))
  const opening = deps.chart.within()
  let round = advanced(deps.machines, { batch, steps: stepsOf(ready) }, context)
  let ending: Ending | undefined
  let booked = 0
  while (round.steps.length > 0) {
    const pendingRound = round
    const groups = groupsOf(pendingRound)
    booked += groups.reduce((sum, { commands }) => sum + commands.length, 0)
    const needed = pendingRound.steps.slice(0, groups.length).flatMap(accountsOf)
    if (needed.length > 0 && unsent.length > 0) {
      await tx.burst(unsent)
      unsent = []
    }
    await opening.open(tx, needed)
    faultPoint('payments.book.before')
    let busy: readonly number[] = []
    await deps.ledger.postAll(tx, groups, {
      before: unsent,
      onBusy: (left) => {
        busy = left
        return left
      },
      along: (outcomes) => {
        round = advanced(deps.machines, withOutcomes(pendingRound, outcomes, new Set(busy)), context)
        const isOver = round.steps.length === 0 && round.unbookable === undefined
        ending = isOver ? endingOf(deps, round.batch, last) : undefined
        return { steps: ending?.steps ?? [], commits: ending?.isOver ?? false }
      },
    })
    // Only now is it certain that the ledger's answer rests on current state.
    if (round.unbookable !== undefined) throw round.unbookable
    unsent = []
  }
  if (ending === undefined) {
    ending = endingOf(deps, round.batch, last)
    const steps = [...unsent, ...ending.steps]
    if (steps.length > 0) await tx.burst(steps)
  }
  faultPoint('payments.write.after')
  const { ended, followed, asOfMs, isOver } = ending
  if (followed.length > 0) for (const listener of deps.listeners) await listener(tx, followed)
  const { calls, messages } = round.batch
  return { calls, ended, startedMs, asOfMs, enqueued: messages.length > 0, keep: opening.keep, booked, isOver }
}

type Ending = {
  readonly steps: readonly BurstStep[]
  readonly ended: readonly Ended[]
  readonly followed: readonly Ended[]
  readonly asOfMs: number
  readonly isOver: boolean
}

function endingOf({ lanes, listeners }: HandlingDependencies, batch: Batch, last: BurstStep | undefined): Ending {
  const ended = batch.ended()
  const followed = listeners.length === 0 ? [] : ended.filter(isFollowed)
  const steps = writeBatchSteps(batch, lanes)
  const isOver = last !== undefined && followed.length === 0
  if (isOver) steps.push(last)
  faultPoint('payments.write.before')
  return { steps, ended, followed, asOfMs: performance.now(), isOver }
}

/** The payments of clients, which are most, cost the listeners nothing. */
function isFollowed(ended: Ended): boolean {
  if (ended.kind === 'payout') return true
  return (ended.kind === 'payment' ? ended.row : ended.payment).isFollowed === true
}

type Round = {
  readonly batch: Batch
  readonly steps: readonly Step[]
  /** The ledger refused an input's commands, and the input has no alternative. */
  readonly unbookable?: Fault | undefined
}

type Step = { readonly inputs: readonly Single[]; at: number; pending: Transition | undefined }

/** `whole`: the input that it is a part of. */
type Single = { readonly queued: QueuedInput; readonly whole: QueuedInput }

function stepsOf(inputs: readonly QueuedInput[]): Step[] {
  const steps = new Map<Uuid, Single[]>()
  for (const whole of inputs) {
    const parts = eachInput(whole).map((queued) => ({ queued, whole }))
    const step = steps.get(whole.root)
    if (step === undefined) steps.set(whole.root, parts)
    else step.push(...parts)
  }
  return [...steps.values()].map((list) => ({ inputs: list, at: 0, pending: undefined }))
}

function advanced(machines: Machines, { batch, steps, unbookable }: Round, context: BatchContext): Round {
  if (unbookable === undefined) for (const step of steps) advance(machines, batch, step, context)
  return { batch, steps: steps.filter(({ pending }) => pending !== undefined), unbookable }
}

function advance(machines: Machines, batch: Batch, step: Step, context: BatchContext): void {
  for (;;) {
    const queued = step.inputs[step.at]?.queued
    if (step.pending !== undefined || queued === undefined) return
    const transition = batch.decide(machines, queued, context)
    if (hasCommands(transition)) step.pending = transition
    else {
      batch.apply(queued, transition)
      step.at += 1
    }
  }
}

function hasCommands({ commands }: Transition): boolean {
  return commands !== undefined && commands.length > 0
}

/** The round before it stays unchanged: the ledger may have to answer again. */
function withOutcomes(
  { batch, steps }: Round,
  outcomes: readonly (readonly TransferOutcome[])[],
  busy: ReadonlySet<number>,
): Round {
  const after = { batch: batch.copy(), steps: steps.map((step) => ({ ...step })) }
  let unbookable: Fault | undefined
  for (const [index, answered] of outcomes.entries()) {
    const step = after.steps[index]
    if (step === undefined) continue
    if (busy.has(index)) defer(after.batch, step)
    else unbookable ??= applyOutcomes(after.batch, step, answered)
  }
  return { ...after, unbookable }
}

function defer(batch: Batch, step: Step): void {
  const left = step.inputs.slice(step.at)
  const [first] = left
  // The first may be the rest of an input that is handled in part.
  const isRest = first !== undefined && step.inputs[step.at - 1]?.whole === first.whole
  const rest = isRest ? left.filter(({ whole }) => whole === first.whole).map(({ queued }) => queued) : []
  const others = left.filter(({ whole }) => !isRest || whole !== first.whole).map(({ whole }) => whole)
  for (const queued of new Set([...rest, ...others])) batch.defer(queued)
  step.pending = undefined
  step.at = step.inputs.length
}

function withoutBusy(
  batch: Batch,
  inputs: readonly QueuedInput[],
  busy: ReadonlyMap<Uuid, Belonging>,
): readonly QueuedInput[] {
  if (busy.size === 0) return inputs
  for (const queued of inputs) if (busy.has(queued.root)) batch.defer(queued, busy.get(queued.root))
  return inputs.filter(({ root }) => !busy.has(root))
}

/** Returns a fault when a refused transition has no alternative. */
function applyOutcomes(batch: Batch, step: Step, outcomes: readonly TransferOutcome[]): Fault | undefined {
  const { pending } = step
  const queued = step.inputs[step.at]?.queued
  assert(pending !== undefined && queued !== undefined, 'only what is pending is booked')
  const refusal = refusalOf(outcomes)
  const next = refusal === undefined ? pending : instead(batch, queued, pending, refusal)
  if (next === undefined) return notBooked(queued, refusal?.code)
  if (next !== pending && hasCommands(next)) {
    step.pending = next
    return undefined
  }
  batch.apply(queued, next)
  step.pending = undefined
  step.at += 1
  return undefined
}

/** The machine's alternative, or else the rail's success is kept as unbooked for an operator. */
function instead(
  batch: Batch,
  queued: QueuedInput,
  pending: Transition,
  refusal: LedgerRefusal,
): Transition | undefined {
  return pending.refused === undefined ? batch.unbooked(queued, pending, refusal.code) : pending.refused(refusal)
}

/** The input becomes a dead letter, and so a case that an operator can retry. */
function notBooked({ kind, input }: QueuedInput, code: string | undefined): Fault {
  const message = `The books refused what a ${input.kind} of a ${kind} has to move (${code}).`
  return new Fault({ code: 'booking_refused', message, retryable: false })
}

function refusalOf(outcomes: readonly TransferOutcome[]): LedgerRefusal | undefined {
  let refusal: LedgerRefusal | undefined
  for (const outcome of outcomes) {
    if (outcome.ok) continue
    if (refusal === undefined || refusal.code === 'group_refused') refusal = outcome.refusal
  }
  return refusal
}

/** As many commands as one batch of the ledger has positions for. */
function groupsOf({ steps }: Round): readonly CommandGroup[] {
  const groups: CommandGroup[] = []
  let size = 0
  for (const { pending } of steps) {
    const commands = pending?.commands ?? []
    if (groups.length > 0 && size + commands.length > commandsMax) break
    groups.push({ commands, atomic: true })
    size += commands.length
  }
  return groups
}

function accountsOf({ pending }: Step) {
  return (pending?.commands ?? []).flatMap((command) => {
    if (command.kind !== 'create') return []
    const { book, asset } = command
    return [command.source, command.destination].filter(isOfChart).map((code) => ({ book, asset, code }))
  })
}

function contextOf({ rails, servers }: HandlingDependencies, { now }: Batch, looked: LookedAt): BatchContext {
  return {
    ...looked,
    now,
    ...{ newId: newUuid, derivedId: repeatableUuid, renewableId: renewableUuid },
    random: Math.random,
    capabilities: (rail) => rails.rail(rail)?.capabilities,
    mayBeLost: (subject) => servers.mayBeLost(subject, now),
    hasSwitched: servers.hasSwitched,
    isUp: (rail) => rails.rail(rail) !== undefined && rails.health(rail).state !== 'down',
    accounts: chartOfAccounts,
  }
}

/** Whether an input may lead to a call for money. A rail's success or progress does not. */
function mayAskRail({ kind, input }: QueuedInput): boolean {
  if (kind !== 'payment' && kind !== 'capture') return false
  if (input.kind !== 'outcome') return input.kind === 'start' || input.kind === 'overdue' || input.kind === 'capture'
  const { outcome } = input
  if (outcome.kind === 'unavailable') return outcome.unsent === undefined
  return outcome.kind === 'failed' || outcome.kind === 'not_found'
}

type LookedAt = Pick<MachineContext, 'refusalOf' | 'retryRefusalOf'>

async function lookBeforeRails(
  deps: HandlingDependencies,
  tx: Transaction,
  { payments, now }: Batch,
  inputs: readonly QueuedInput[],
): Promise<LookedAt> {
  const asked = new Map<Uuid, Payment>()
  for (const queued of inputs) {
    const payment = mayAskRail(queued) ? payments.get(queued.root) : undefined
    if (payment?.source.kind === 'rail' && payment.phase !== 'ended') asked.set(payment.id, payment)
  }
  if (asked.size === 0) return {}
  // On this transaction's connection: transactions that wait for the rows locked here may have all the others.
  const looked = await lookAt(deps, [...asked.values()], tx)
  const refusalOf = (payment: Payment) =>
    asked.has(payment.id) ? refuseAccounts(payment, looked)?.refusal.code : undefined
  const retryRefusalOf = await lookAtDeclines(deps.rails, tx, [...asked.values()], now)
  return { refusalOf, ...(retryRefusalOf && { retryRefusalOf }) }
}
