import { assert, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { CommandGroup, Ledger, LedgerRefusal, TransferOutcome } from '#ledger'
import { Fault, faultPoint } from '#platform/faults'
import { newUuid, repeatableUuid } from '#platform/ids'
import { type BurstStep, DatabaseFault, type Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { chartOfAccounts, isOfChart } from '../chart-of-accounts.ts'
import type { MachineContext, Machines, Transition } from '../machine.ts'
import type { Payment } from '../payment.ts'
import type { Ended, EndedListener } from '../payments.ts'
import { lookAt, refuseAccounts } from './account-checks.ts'
import { Batch, type BatchContext, type PlannedCall } from './batch.ts'
import type { ChartAccounts } from './chart-accounts.ts'
import { type Known, loadRows } from './load-rows.ts'
import type { RowLocks } from './row-locks.ts'
import type { Belonging, Work } from './work.ts'
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

/** What is left to be done once the transaction has committed. */
export type Handled = {
  readonly calls: readonly PlannedCall[]
  readonly ended: readonly Ended[]
  /** Something was enqueued: the lanes have to be woken. */
  readonly enqueued: boolean
  /** To be called after the commit: what was opened in the transaction exists from then on. */
  readonly keep: () => void
  /** How many commands were given to the ledger. */
  readonly booked: number
  /** Whether `last` has been sent. It is not when somebody else is told of an end in the same transaction. */
  readonly isOver: boolean
}

/**
 * Handles a batch of inputs in the caller's transaction: locks and loads their rows, lets the machines
 * answer, books all that they ask for in one go and writes the rest along with it. Inputs to one payment
 * are handled one after the other, in the order given, also when they come in one batch. `last` commits:
 * it is sent with the batch's last steps. Throws a
 * retryable Fault, the transaction failed, when somebody else has changed a row since it was read. Inputs
 * whose payment or accounts somebody else keeps locked are put off, and the others handled.
 */
export function handleWorks(
  deps: HandlingDependencies,
  tx: Transaction,
  works: readonly Work[],
  last?: BurstStep,
): Promise<Handled> {
  return handleOn(deps, tx, works, last).catch((error: unknown) => {
    deps.locks.noteFailure(error)
    throw error instanceof DatabaseFault && error.state === changedState ? changed(error) : error
  })
}

/** Commands that the ledger is asked for at once; it ends lapsed holds besides. */
const commandsMax = 8_000

/** Division by zero: with what rows are guarded by that must be as they were read. */
const changedState = '22012'

function changed(cause: DatabaseFault): Fault {
  const message = 'A payment or account was changed by another process meanwhile.'
  return new Fault({ code: 'payment_changed', message, retryable: true, cause })
}

async function handleOn(
  deps: HandlingDependencies,
  tx: Transaction,
  works: readonly Work[],
  last: BurstStep | undefined,
): Promise<Handled> {
  const loaded = await loadRows(tx, works, deps)
  const batch = new Batch(loaded.rows)
  let { unsent } = loaded
  const ready = withoutBusy(batch, works, loaded.busy)
  const context = contextOf(deps, batch, await lookBeforeRails(deps, tx, batch, ready))
  const opening = deps.chart.within()
  let course = advanced(deps.machines, { batch, turns: begin(ready) }, context)
  let ending: Ending | undefined
  let booked = 0
  while (course.turns.length > 0) {
    const asked = course
    const groups = groupsOf(asked)
    booked += groups.reduce((sum, { commands }) => sum + commands.length, 0)
    const needed = asked.turns.slice(0, groups.length).flatMap(accountsOf)
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
        course = advanced(deps.machines, settled(asked, outcomes, new Set(busy)), context)
        const isOver = course.turns.length === 0 && course.unbookable === undefined
        ending = isOver ? endingOf(deps, course.batch, last) : undefined
        return { steps: ending?.steps ?? [], commits: ending?.isOver ?? false }
      },
    })
    // Only now is it certain that the ledger did not decide upon what has changed since.
    if (course.unbookable !== undefined) throw course.unbookable
    unsent = []
  }
  if (ending === undefined) {
    ending = endingOf(deps, course.batch, last)
    const steps = [...unsent, ...ending.steps]
    if (steps.length > 0) await tx.burst(steps)
  }
  faultPoint('payments.write.after')
  const { ended, followed, isOver } = ending
  if (followed.length > 0) for (const listener of deps.listeners) await listener(tx, followed)
  const { calls, messages } = course.batch
  return { calls, ended, enqueued: messages.length > 0, keep: opening.keep, booked, isOver }
}

/** The steps that write what a batch has come to, and those that end with it. */
type Ending = {
  readonly steps: readonly BurstStep[]
  readonly ended: readonly Ended[]
  readonly followed: readonly Ended[]
  readonly isOver: boolean
}

function endingOf({ lanes, listeners }: HandlingDependencies, batch: Batch, last: BurstStep | undefined): Ending {
  const ended = batch.ended()
  const followed = listeners.length === 0 ? [] : ended.filter(isFollowed)
  const steps = writeBatchSteps(batch, lanes)
  const isOver = last !== undefined && followed.length === 0
  if (isOver) steps.push(last)
  faultPoint('payments.write.before')
  return { steps, ended, followed, isOver }
}

/** Whether somebody is told of the end: clients' own payments, the most, cost the listeners nothing. */
function isFollowed(ended: Ended): boolean {
  if (ended.kind === 'payout') return true
  return (ended.kind === 'payment' ? ended.row : ended.payment).isFollowed === true
}

/** A batch on its way, and the turns that wait to have something booked. */
type Course = {
  readonly batch: Batch
  readonly turns: readonly Turn[]
  /** An input asked for what the ledger does not book, and has nothing to do instead. */
  readonly unbookable?: Fault | undefined
}

/** The inputs to one payment or payout, and what the one under way waits to have booked. */
type Turn = { readonly works: readonly Work[]; at: number; asking: Transition | undefined }

function begin(works: readonly Work[]): Turn[] {
  const turns = new Map<Uuid, Work[]>()
  for (const work of works) {
    const turn = turns.get(work.root)
    if (turn === undefined) turns.set(work.root, [work])
    else turn.push(work)
  }
  return [...turns.values()].map((list) => ({ works: list, at: 0, asking: undefined }))
}

/** Goes on with every turn until it has ended or one of its inputs has something to be booked. */
function advanced(machines: Machines, { batch, turns, unbookable }: Course, context: BatchContext): Course {
  if (unbookable === undefined) for (const turn of turns) advance(machines, batch, turn, context)
  return { batch, turns: turns.filter(({ asking }) => asking !== undefined), unbookable }
}

function advance(machines: Machines, batch: Batch, turn: Turn, context: BatchContext): void {
  for (;;) {
    const work = turn.works[turn.at]
    if (turn.asking !== undefined || work === undefined) return
    const transition = batch.decide(machines, work, context)
    if (hasCommands(transition)) turn.asking = transition
    else {
      batch.apply(work, transition)
      turn.at += 1
    }
  }
}

function hasCommands({ commands }: Transition): boolean {
  return commands !== undefined && commands.length > 0
}

/** The course after the ledger's answer. The one before it stays as it was: the ledger may have to answer again. */
function settled(
  { batch, turns }: Course,
  outcomes: readonly (readonly TransferOutcome[])[],
  busy: ReadonlySet<number>,
): Course {
  const after = { batch: batch.copy(), turns: turns.map((turn) => ({ ...turn })) }
  let unbookable: Fault | undefined
  for (const [index, answered] of outcomes.entries()) {
    const turn = after.turns[index]
    if (turn === undefined) continue
    if (busy.has(index)) defer(after.batch, turn)
    else unbookable ??= settle(after.batch, turn, answered)
  }
  return { ...after, unbookable }
}

/** Nothing was booked for the turn: what is left of it is handled another time. */
function defer(batch: Batch, turn: Turn): void {
  for (const work of turn.works.slice(turn.at)) batch.defer(work)
  turn.asking = undefined
  turn.at = turn.works.length
}

/** The inputs whose payments and payouts were got; the others are put off. */
function withoutBusy(batch: Batch, works: readonly Work[], busy: ReadonlyMap<Uuid, Belonging>): readonly Work[] {
  if (busy.size === 0) return works
  for (const work of works) if (busy.has(work.root)) batch.defer(work, busy.get(work.root))
  return works.filter(({ root }) => !busy.has(root))
}

/** What was booked is done; of what was refused, what follows instead. Answers a fault when nothing can. */
function settle(batch: Batch, turn: Turn, outcomes: readonly TransferOutcome[]): Fault | undefined {
  const { asking } = turn
  const work = turn.works[turn.at]
  assert(asking !== undefined && work !== undefined, 'only what was asked for is booked')
  const refusal = refusalOf(outcomes)
  const next = refusal === undefined ? asking : instead(batch, work, asking, refusal)
  if (next === undefined) return notBooked(work, refusal?.code)
  if (next !== asking && hasCommands(next)) {
    turn.asking = next
    return undefined
  }
  batch.apply(work, next)
  turn.asking = undefined
  turn.at += 1
  return undefined
}

/** What follows from a refusal: what the machine has for it, or else what a rail did is kept for a person. */
function instead(batch: Batch, work: Work, asking: Transition, refusal: LedgerRefusal): Transition | undefined {
  return asking.refused === undefined ? batch.unbooked(work, asking, refusal.code) : asking.refused(refusal)
}

/** It becomes a dead letter, and so an entry of the stuck list, with the input to be tried again. */
function notBooked({ kind, input }: Work, code: string | undefined): Fault {
  const message = `The books refused what a ${input.kind} of a ${kind} has to move (${code}).`
  return new Fault({ code: 'booking_refused', message, retryable: false })
}

/** Why a group was refused: the refusal of the command at fault. */
function refusalOf(outcomes: readonly TransferOutcome[]): LedgerRefusal | undefined {
  let refusal: LedgerRefusal | undefined
  for (const outcome of outcomes) {
    if (outcome.ok) continue
    if (refusal === undefined || refusal.code === 'group_refused') refusal = outcome.refusal
  }
  return refusal
}

/** What the first turns of a course ask to have booked: as many as one batch of the ledger has positions for. */
function groupsOf({ turns }: Course): readonly CommandGroup[] {
  const groups: CommandGroup[] = []
  let size = 0
  for (const { asking } of turns) {
    const commands = asking?.commands ?? []
    if (groups.length > 0 && size + commands.length > commandsMax) break
    groups.push({ commands, atomic: true })
    size += commands.length
  }
  return groups
}

/** The accounts of the chart that a turn's commands name. */
function accountsOf({ asking }: Turn) {
  return (asking?.commands ?? []).flatMap((command) => {
    if (command.kind !== 'create') return []
    const { book, asset } = command
    return [command.source, command.destination].filter(isOfChart).map((code) => ({ book, asset, code }))
  })
}

function contextOf(
  { rails }: HandlingDependencies,
  { now }: Batch,
  refusalOf: MachineContext['refusalOf'],
): BatchContext {
  return {
    ...(refusalOf && { refusalOf }),
    now,
    newId: newUuid,
    derivedId: repeatableUuid,
    random: Math.random,
    capabilities: (rail) => rails.rail(rail)?.capabilities,
    isUp: (rail) => rails.rail(rail) !== undefined && rails.health(rail).state !== 'down',
    accounts: chartOfAccounts,
  }
}

/** Whether an input may lead to asking a rail for money; what a rail took or goes on about it does not. */
function mayAskRail({ kind, input }: Work): boolean {
  if (kind !== 'payment' && kind !== 'capture') return false
  if (input.kind !== 'outcome') return input.kind === 'start' || input.kind === 'overdue' || input.kind === 'capture'
  const { outcome } = input
  if (outcome.kind === 'unavailable') return outcome.unsent === undefined
  return outcome.kind === 'failed' || outcome.kind === 'not_found'
}

/** Looks at the accounts of payments for which a rail may be asked now; answers what speaks against it. */
async function lookBeforeRails(
  deps: HandlingDependencies,
  tx: Transaction,
  { payments }: Batch,
  works: readonly Work[],
): Promise<MachineContext['refusalOf']> {
  const asked = new Map<Uuid, Payment>()
  for (const work of works) {
    const payment = mayAskRail(work) ? payments.get(work.root) : undefined
    if (payment?.source.kind === 'rail' && payment.phase !== 'ended') asked.set(payment.id, payment)
  }
  if (asked.size === 0) return undefined
  // On the own connection: whoever waits for the rows that are locked here may have all others.
  const looked = await lookAt(deps, [...asked.values()], tx)
  return (payment) => {
    const refused = asked.has(payment.id) ? refuseAccounts(payment, looked) : undefined
    return refused?.refusal.code
  }
}
