import { setImmediate } from 'node:timers/promises'
import type { Timestamp } from '#kernel'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstStep } from '#platform/postgres'
import type { AccountDirectory } from '../accounts/account-directory.ts'
import type { CommandGroup, TransferOutcome } from '../commands.ts'
import { type CommandAccounts, type Deciding, decideGroups, endLapsed } from '../transfers/decide-transfers.ts'
import { WorkingSet } from '../transfers/working-set.ts'
import type { BatchKnowledge, BatchRequest } from './batch-knowledge.ts'
import { BatchRows } from './batch-rows.ts'
import {
  type BatchIdentity,
  closeHoldsSteps,
  type NamedTransfer,
  requireHeadsStep,
  writeBatchSteps,
} from './batch-store.ts'

export type DecidedBatch = {
  readonly outcomes: readonly TransferOutcome[][]
  readonly steps: BurstStep[]
  /** Run after the earlier batches have committed, as they delete rows that those batches may have written. */
  readonly lateSteps: BurstStep[]
  readonly identity: BatchIdentity | undefined
  readonly set: WorkingSet
}

export function requestsConcerning<Request extends BatchRequest>(
  requests: readonly Request[],
  { accounts, holds }: Pick<BatchKnowledge, 'accounts' | 'holds'>,
  isMeant: (account: number) => boolean,
): Set<Request> {
  const isMeantHold = new Set<string>()
  for (const record of holds) {
    if (record.refusal !== undefined) continue
    if (isMeant(record.source.number) || isMeant(record.destination.number)) isMeantHold.add(nameOf(record))
  }
  const concerned = new Set<Request>()
  let place = 0
  for (const request of requests) {
    for (const command of request.group.commands) {
      const { source, destination } = accounts[place] ?? {}
      place += 1
      const is =
        (source !== undefined && isMeant(source.number)) ||
        (destination !== undefined && isMeant(destination.number)) ||
        (command.kind !== 'create' && isMeantHold.has(nameOf(command)))
      if (is) concerned.add(request)
    }
  }
  return concerned
}

function nameOf({ book, id }: NamedTransfer): string {
  return `${book} ${id}`
}

export function accountsOfKept<Request extends BatchRequest>(
  requests: readonly Request[],
  kept: readonly Request[],
  accounts: readonly CommandAccounts[],
): readonly CommandAccounts[] {
  if (kept.length === requests.length) return accounts
  const isKept = new Set(kept)
  let place = 0
  return requests.flatMap((request) => {
    const first = place
    place += request.group.commands.length
    return isKept.has(request) ? accounts.slice(first, place) : []
  })
}

/** Not before the heads: with the clock set back, the latest batch may be earlier than batches in flight then. */
function momentAfter({ now, heads }: Pick<BatchKnowledge, 'now' | 'heads'>): Timestamp {
  let moment = now
  for (const { recordedAt } of heads.values()) if (recordedAt > moment) moment = recordedAt
  return moment
}

type Context = {
  readonly directory: AccountDirectory
  readonly previous?: readonly WorkingSet[]
  readonly rows?: BatchRows
}

/** Pure, except that it fills the buffers of `rows`. */
export function decideBatch(
  groups: readonly CommandGroup[],
  knowledge: BatchKnowledge,
  context: Context,
): DecidedBatch {
  const deciding = decidingBatch(groups, knowledge, context)
  for (;;) {
    const { done, value } = deciding.next()
    if (done) return value
  }
}

/** The same in several turns of the event loop, if the batch is large. Its accounts must be locked. */
export async function decideBatchInTurns(
  groups: readonly CommandGroup[],
  knowledge: BatchKnowledge,
  context: Context,
): Promise<DecidedBatch> {
  const deciding = decidingBatch(groups, knowledge, context)
  for (;;) {
    const { done, value } = deciding.next()
    if (done) return value
    await setImmediate()
  }
}

/** A batch of more operations is hashed and encoded in turns of their own. */
const operationsPerTurn = 2_500

function* decidingBatch(
  groups: readonly CommandGroup[],
  knowledge: BatchKnowledge,
  context: Context,
): Deciding<DecidedBatch> {
  const set = new WorkingSet({
    account: context.directory.known,
    head: (number) => knowledge.heads.get(number),
    previous: context.previous ?? [],
  })
  for (const record of knowledge.transfers) set.foundTransfer(record)
  for (const { book, reference } of knowledge.references) set.addReference(book, reference)
  const rows = context.rows ?? new BatchRows()
  rows.begin(knowledge.number)
  const { accounts, clock } = knowledge
  const now = momentAfter(knowledge)
  for (const record of knowledge.lapsed) set.foundTransfer(record)
  endLapsed({ set, rows, now, clock }, knowledge.lapsed)
  const outcomes = yield* decideGroups({ set, rows, now, clock, accounts }, groups)
  const reliedUpon = set.reliedUpon()
  if (rows.operations > operationsPerTurn) yield
  const hash = rows.operations > 0 ? rows.hash() : undefined
  if (rows.operations > operationsPerTurn) yield
  const steps = writeBatchSteps(rows, now, hash)
  // First, as this check would take the batch's own rows for those of another writer.
  if (reliedUpon.size > 0) steps.unshift(requireHeadsStep(reliedUpon))
  // Late, as the feed orders events by insertion, and batches overlap.
  const lateSteps = [...closeHoldsSteps(rows), ...appendEventsSteps(now, rows.events)]
  const identity = hash && { position: rows.position, hash }
  return { outcomes, steps, lateSteps, identity, set }
}
