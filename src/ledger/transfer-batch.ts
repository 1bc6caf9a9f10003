import type { FoundKeys } from '#platform/idempotency'
import { findKeysStep, parseFoundKeys } from '#platform/idempotency'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import type { AccountDirectory, NamedAccount } from './account-directory.ts'
import { BatchRows } from './batch-rows.ts'
import {
  beginBatchStep,
  findReferencesStep,
  findTransfersStep,
  lockAccountsStep,
  type NamedReference,
  type NamedTransfer,
  readHeadsStep,
  requireHeadsStep,
  toBatchMoment,
  toHeads,
  toReferences,
  toTransferRecords,
  writeBatchSteps,
} from './batch-store.ts'
import type { CommandGroup, TransferCommand, TransferOutcome } from './commands.ts'
import { decideGroups } from './decide-transfers.ts'
import type { Heads } from './heads.ts'
import type { Claim } from './ledger.ts'
import type { TransferRecord } from './transfer-record.ts'
import { type Head, WorkingSet } from './working-set.ts'

/** Groups that are decided in one transaction, and the idempotency keys some of them claim. */
export type BatchRequest = { readonly group: CommandGroup; readonly claim?: Claim | undefined }

/** A batch that has been decided but not written. */
export type DecidedBatch = {
  readonly outcomes: readonly TransferOutcome[][]
  /** The steps that write it, without BEGIN and COMMIT; none when nothing is to be written. */
  readonly steps: BurstStep[]
  readonly position: number
  /** The heads as the batch leaves them, for the cache once it is committed. */
  readonly heads: () => Iterable<Head>
}

/** What a batch needs to know before it can be decided. */
type Needs = {
  readonly accounts: NamedAccount[]
  readonly transfers: NamedTransfer[]
  /** Those of `transfers` that are pending ones to be ended: their accounts have to be found first. */
  readonly holds: NamedTransfer[]
  readonly references: NamedReference[]
}

/** What the database said for a batch. */
export type BatchKnowledge = {
  readonly heads: ReadonlyMap<number, Head>
  readonly transfers: readonly TransferRecord[]
  readonly references: readonly NamedReference[]
  readonly keys: FoundKeys
  readonly number: number
  readonly now: number
}

export type GatherOptions = {
  readonly directory: AccountDirectory
  /** Heads to trust. Without them the accounts are locked and their heads read. */
  readonly heads: Heads | undefined
  /** Look every id up, also those that this process made up: it may have written them before. */
  readonly lookUpAll: boolean
  readonly before: readonly BurstStep[]
}

/** Reads, in one round trip once names are known, everything that deciding the requests needs. */
export async function gatherKnowledge(
  tx: Transaction,
  requests: readonly BatchRequest[],
  options: GatherOptions,
): Promise<BatchKnowledge> {
  const needs = needsOf(requests, options)
  const unknown = needs.accounts.filter(({ book, reference }) => options.directory.known(book, reference) === undefined)
  if (unknown.length > 0) await options.directory.load(tx, unknown)

  const numbers = new Set<number>()
  for (const { book, reference } of needs.accounts) {
    const account = options.directory.known(book, reference)
    if (account !== undefined) numbers.add(account.number)
  }
  for (const record of await findHolds(tx, needs.holds)) {
    if (record.refusal === undefined) numbers.add(record.source.number).add(record.destination.number)
  }
  return readKnowledge(tx, requests, needs, [...numbers], options)
}

async function findHolds(tx: Transaction, holds: readonly NamedTransfer[]): Promise<TransferRecord[]> {
  if (holds.length === 0) return []
  const [found] = await tx.burst([findTransfersStep(holds)])
  return found === undefined ? [] : toTransferRecords(found)
}

async function readKnowledge(
  tx: Transaction,
  requests: readonly BatchRequest[],
  needs: Needs,
  numbers: readonly number[],
  options: GatherOptions,
): Promise<BatchKnowledge> {
  const { heads: cache } = options
  const heads = new Map<number, Head>()
  const toRead: number[] = []
  for (const number of numbers) {
    const head = cache?.get(number)
    if (head === undefined) toRead.push(number)
    else heads.set(number, head)
  }
  const claims = requests.flatMap(({ claim }) => (claim === undefined ? [] : [claim]))
  const steps: BurstStep[] = [...options.before]
  const answerOf: { heads?: number; transfers?: number; references?: number; keys?: number } = {}
  if (toRead.length > 0) {
    if (cache === undefined) steps.push(lockAccountsStep(toRead))
    answerOf.heads = steps.push(readHeadsStep(toRead)) - 1
  }
  if (needs.transfers.length > 0) answerOf.transfers = steps.push(findTransfersStep(needs.transfers)) - 1
  if (needs.references.length > 0) answerOf.references = steps.push(findReferencesStep(needs.references)) - 1
  if (claims.length > 0) answerOf.keys = steps.push(findKeysStep(claims)) - 1
  steps.push(beginBatchStep)
  const answers = await tx.burst(steps)
  const answer = (at: number | undefined): BurstAnswer => (at === undefined ? undefined : answers[at]) ?? nothing
  for (const head of toHeads(answer(answerOf.heads))) {
    heads.set(head.number, head)
    cache?.set(head.number, head)
  }
  return {
    heads,
    transfers: toTransferRecords(answer(answerOf.transfers)),
    references: toReferences(answer(answerOf.references)),
    keys: parseFoundKeys(answer(answerOf.keys)),
    ...toBatchMoment(answers.at(-1) ?? nothing),
  }
}

const nothing: BurstAnswer = { rows: [], tag: '' }

function needsOf(requests: readonly BatchRequest[], { lookUpAll }: GatherOptions): Needs {
  const needs: Needs = { accounts: [], transfers: [], holds: [], references: [] }
  for (const { group } of requests) for (const command of group.commands) addNeeds(needs, command, lookUpAll)
  return needs
}

function addNeeds(needs: Needs, command: TransferCommand, lookUpAll: boolean): void {
  if (command.kind !== 'create') {
    needs.transfers.push(command)
    needs.holds.push(command)
    return
  }
  const { book, source, destination, reference } = command
  needs.accounts.push({ book, reference: source }, { book, reference: destination })
  if (command.idGiven || lookUpAll) needs.transfers.push(command)
  if (reference !== undefined) needs.references.push({ book, reference })
}

/** Decides the requests in order and encodes what they write. Pure but for `rows`, whose buffers it fills. */
export function decideBatch(
  groups: readonly CommandGroup[],
  knowledge: BatchKnowledge,
  directory: AccountDirectory,
  rows: BatchRows = new BatchRows(),
): DecidedBatch {
  const set = new WorkingSet({
    account: directory.known,
    head: (number) => knowledge.heads.get(number),
  })
  for (const record of knowledge.transfers) set.addTransfer(record)
  for (const { book, reference } of knowledge.references) set.addReference(book, reference)
  rows.begin(knowledge.number)
  const outcomes = decideGroups({ set, rows, now: knowledge.now }, groups)
  const reliedUpon = set.reliedUpon()
  const steps = writeBatchSteps(rows, knowledge.now)
  steps.push(...appendEventsSteps(knowledge.now, rows.events))
  if (reliedUpon.size > 0) steps.unshift(requireHeadsStep(reliedUpon))
  return { outcomes, steps, position: rows.position, heads: () => set.heads() }
}
