import { assert, type Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { CommandGroup, Ledger, LedgerRefusal, TransferOutcome } from '#ledger'
import { faultPoint } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { BurstStep, Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { chartOfAccounts } from '../chart-of-accounts.ts'
import type { MachineContext, Machines, Transition } from '../machine.ts'
import type { Ended, EndedListener } from '../payments.ts'
import { Batch, type PlannedCall } from './batch.ts'
import { type ChartAccounts, isOfChart } from './chart-accounts.ts'
import { loadRows } from './load-rows.ts'
import type { Work } from './work.ts'
import { writeBatchSteps } from './write-batch.ts'

export type HandlingDependencies = {
  readonly ledger: Pick<Ledger, 'postAll' | 'createAccounts'>
  readonly lanes: Pick<Lanes, 'enqueueSteps'>
  readonly rails: Pick<Rails, 'rail' | 'health'>
  readonly machines: Machines
  readonly chart: ChartAccounts
  readonly listeners: readonly EndedListener[]
}

/** What is left to be done once the transaction has committed. */
export type Handled = {
  readonly calls: readonly PlannedCall[]
  readonly ended: readonly Ended[]
  /** Something was enqueued: the lanes have to be woken. */
  readonly enqueued: boolean
  /** To be called after the commit: what was opened in the transaction exists from then on. */
  readonly keep: () => void
}

/**
 * Handles a batch of inputs in the caller's transaction: locks and loads their rows, lets the machines
 * answer, books all that they ask for in one go and writes the rest in one burst. Inputs to one payment
 * are handled one after the other, in the order given, also when they come in one batch.
 */
export async function handleWorks(
  deps: HandlingDependencies,
  tx: Transaction,
  works: readonly Work[],
  before: readonly BurstStep[] = [],
): Promise<Handled> {
  const batch = new Batch(await loadRows(tx, works, before))
  const opening = deps.chart.within()
  let waiting: Turn[] = begin(works)
  const context = contextOf(deps, batch)
  for (;;) {
    for (const turn of waiting) advance(deps.machines, batch, turn, context)
    waiting = waiting.filter(({ asking }) => asking !== undefined)
    if (waiting.length === 0) break
    await opening.open(tx, waiting.flatMap(accountsOf))
    faultPoint('payments.book.before')
    const outcomes = await deps.ledger.postAll(tx, waiting.map(groupOf))
    faultPoint('payments.book.after')
    waiting.forEach((turn, index) => {
      settle(batch, turn, outcomes[index] ?? [])
    })
  }
  const steps = writeBatchSteps(batch, deps.lanes)
  faultPoint('payments.write.before')
  if (steps.length > 0) await tx.burst(steps)
  faultPoint('payments.write.after')
  const ended = batch.ended()
  const followed = ended.filter(isFollowed)
  if (followed.length > 0) for (const listener of deps.listeners) await listener(tx, followed)
  return { calls: batch.calls, ended, enqueued: batch.messages.length > 0, keep: opening.keep }
}

/** Whether somebody is told of the end: clients' own payments, the most, cost the listeners nothing. */
function isFollowed(ended: Ended): boolean {
  if (ended.kind === 'payout') return true
  return (ended.kind === 'payment' ? ended.row : ended.payment).isFollowed === true
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

/** Goes on with the inputs of a turn until one of them has something to be booked. */
function advance(machines: Machines, batch: Batch, turn: Turn, context: MachineContext): void {
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

/** Takes the ledger's answer: what was booked is done; of what was refused, what follows instead. */
function settle(batch: Batch, turn: Turn, outcomes: readonly TransferOutcome[]): void {
  const { asking } = turn
  const work = turn.works[turn.at]
  assert(asking !== undefined && work !== undefined, 'only what was asked for is booked')
  const refusal = refusalOf(outcomes)
  const next = refusal === undefined ? asking : asking.refused?.(refusal)
  assert(next !== undefined, `the ledger refused a ${work.kind}'s ${work.input.kind}: ${refusal?.code}`)
  if (next !== asking && hasCommands(next)) {
    turn.asking = next
    return
  }
  batch.apply(work, next)
  turn.asking = undefined
  turn.at += 1
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

function groupOf({ asking }: Turn): CommandGroup {
  return { commands: asking?.commands ?? [], atomic: true }
}

/** The accounts of the chart that a turn's commands name. */
function accountsOf({ asking }: Turn) {
  return (asking?.commands ?? []).flatMap((command) => {
    if (command.kind !== 'create') return []
    const { book, asset } = command
    return [command.source, command.destination].filter(isOfChart).map((code) => ({ book, asset, code }))
  })
}

function contextOf({ rails }: HandlingDependencies, { now }: Batch): MachineContext {
  return {
    now,
    newId: newUuid,
    random: Math.random,
    manners: (rail) => rails.rail(rail)?.manners,
    isUp: (rail) => rails.rail(rail) !== undefined && rails.health(rail).state !== 'down',
    accounts: chartOfAccounts,
  }
}
