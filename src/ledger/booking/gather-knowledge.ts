import { findKeysStep, parseFoundKeys } from '#platform/idempotency'
import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import type { AccountDirectory, NamedAccount } from '../accounts/account-directory.ts'
import type { TransferCommand } from '../commands.ts'
import { findLapsed } from '../holds/find-lapsed.ts'
import type { IdempotentSubmission } from '../ledger.ts'
import type { CommandAccounts } from '../transfers/decide-transfers.ts'
import type { TransferRecord } from '../transfers/transfer-record.ts'
import { accountsNamedIn } from '../transfers/transfer-request.ts'
import { type Head, previousHead, previousTransfer, type WorkingSet } from '../transfers/working-set.ts'
import type { BatchKnowledge, BatchRequest, GatherOptions } from './batch-knowledge.ts'
import {
  type BatchMoment,
  beginBatchStep,
  findReferencesSteps,
  findTransfersSteps,
  lockAccountsStep,
  lockFreeAccountsStep,
  type NamedReference,
  type NamedTransfer,
  readHeadsStep,
  toBatchMoment,
  toHeads,
  toReferences,
  toTransferRecords,
} from './batch-store.ts'
import type { Heads } from './heads.ts'

type Needs = {
  readonly transfers: NamedTransfer[]
  /** Pending transfers that commands end. Their accounts must be found first. */
  readonly holds: NamedTransfer[]
  readonly references: NamedReference[]
  readonly idempotent: IdempotentSubmission[]
}

/** Reads all that deciding the requests needs, in one round trip once names are known. */
export async function gatherKnowledge(
  tx: Transaction,
  requests: readonly BatchRequest[],
  options: GatherOptions,
): Promise<BatchKnowledge> {
  const accounts = await findAccounts(tx, requests, options.directory)
  const numbers = new Set<number>()
  for (const { source, destination } of accounts) {
    if (source !== undefined) numbers.add(source.number)
    if (destination !== undefined) numbers.add(destination.number)
  }
  const needs = needsOf(requests, options.lookUpAll)
  const holds = await findHolds(tx, needs.holds, options.previous ?? [])
  for (const record of holds) {
    if (record.refusal === undefined) numbers.add(record.source.number).add(record.destination.number)
  }
  const found = await readKnowledge(tx, needs, [...numbers], options)
  const knowledge = { ...found, ...(await findLapsed(tx, found, options)) }
  await findRefusedAccounts(tx, knowledge.transfers, options.directory)
  return { accounts, holds, ...knowledge }
}

/** A repeated request may name the accounts of a refused one by id instead of code. */
async function findRefusedAccounts(
  tx: Transaction,
  transfers: readonly TransferRecord[],
  directory: AccountDirectory,
): Promise<void> {
  const unknown: NamedAccount[] = []
  for (const record of transfers) {
    if (record.refusal === undefined) continue
    const { book } = record
    for (const reference of accountsNamedIn(record)) {
      if (directory.known(book, reference) === undefined) unknown.push({ book, reference })
    }
  }
  if (unknown.length > 0) await directory.load(tx, unknown)
}

async function findAccounts(
  tx: Transaction,
  requests: readonly BatchRequest[],
  directory: AccountDirectory,
): Promise<CommandAccounts[]> {
  const accounts: CommandAccounts[] = []
  const unknown: NamedAccount[] = []
  const places: number[] = []
  for (const { group } of requests) {
    for (const command of group.commands) {
      const found = accountsOf(command, directory)
      if (command.kind === 'create' && (found.source === undefined || found.destination === undefined)) {
        unknown.push({ book: command.book, reference: command.source })
        unknown.push({ book: command.book, reference: command.destination })
        places.push(accounts.length)
      }
      accounts.push(found)
    }
  }
  if (unknown.length === 0) return accounts
  await directory.load(tx, unknown)
  places.forEach((place, index) => {
    const source = unknown[2 * index]
    const destination = unknown[2 * index + 1]
    accounts[place] = {
      source: source && directory.known(source.book, source.reference),
      destination: destination && directory.known(destination.book, destination.reference),
    }
  })
  return accounts
}

const noAccounts: CommandAccounts = { source: undefined, destination: undefined }

function accountsOf(command: TransferCommand, directory: AccountDirectory): CommandAccounts {
  if (command.kind !== 'create') return noAccounts
  return {
    source: directory.known(command.book, command.source),
    destination: directory.known(command.book, command.destination),
  }
}

function needsOf(requests: readonly BatchRequest[], lookUpAll: boolean): Needs {
  const needs: Needs = { transfers: [], holds: [], references: [], idempotent: [] }
  for (const { group, idempotency } of requests) {
    if (idempotency !== undefined) needs.idempotent.push(idempotency)
    for (const command of group.commands) {
      if (command.kind !== 'create') {
        needs.transfers.push(command)
        needs.holds.push(command)
        continue
      }
      const { book, reference } = command
      if (command.idGiven || lookUpAll) needs.transfers.push(command)
      if (reference !== undefined) needs.references.push({ book, reference })
    }
  }
  return needs
}

async function findHolds(
  tx: Transaction,
  holds: readonly NamedTransfer[],
  previous: readonly WorkingSet[],
): Promise<TransferRecord[]> {
  const known: TransferRecord[] = []
  const unknown: NamedTransfer[] = []
  for (const hold of holds) {
    const record = previousTransfer(previous, hold.book, hold.id)
    if (record === undefined) unknown.push(hold)
    else known.push(record)
  }
  if (unknown.length > 0) {
    for (const answer of await tx.burst(findTransfersSteps(unknown))) known.push(...toTransferRecords(answer))
  }
  return known
}

async function readKnowledge(
  tx: Transaction,
  needs: Needs,
  numbers: readonly number[],
  options: GatherOptions,
): Promise<Omit<BatchKnowledge, 'accounts' | 'holds' | 'lapsed' | 'bound' | 'crowded' | 'heads'> & ReadHeads> {
  const { heads: cache, locking } = options
  locking?.announce(numbers)
  await locking?.landed(numbers)
  const heads = trustedHeads(numbers, options)
  const toRead = numbers.filter((number) => !heads.has(number))
  const steps: BurstStep[] = [...options.before]
  const add = (added: readonly BurstStep[]) => {
    const from = steps.length
    steps.push(...added)
    return (answers: readonly BurstAnswer[]) => answers.slice(from, from + added.length)
  }
  const keptLocked = locking === undefined ? [] : numbers.filter(locking.isKeptLocked)
  const freeIn = add(keptLocked.length > 0 ? [lockFreeAccountsStep(keptLocked)] : [])
  // A large group may have thousands of each.
  const kept = new Set(keptLocked)
  const waited = keptLocked.length === 0 ? numbers : numbers.filter((number) => !kept.has(number))
  if (locking !== undefined && waited.length > 0) steps.push(lockAccountsStep(waited))
  const headsIn = add(toRead.length > 0 ? [readHeadsStep(toRead)] : [])
  const transfersIn = add(findTransfersSteps(needs.transfers))
  const referencesIn = add(findReferencesSteps(needs.references))
  const keysIn = add(needs.idempotent.length > 0 ? [findKeysStep(needs.idempotent)] : [])
  const momentIn = add([beginBatchStep])
  const answers = await tx.burst(steps)
  let moment = toBatchMoment(momentIn(answers)[0] ?? nothing)
  if (locking !== undefined && cache !== undefined) {
    await locking.landed([...heads.keys()])
    moment = (await renewHeads(tx, heads, cache)) ?? moment
  }
  const read = headsIn(answers).flatMap(toHeads)
  for (const head of read) heads.set(head.number, head)
  const free = new Set(freeIn(answers).flatMap(({ rows }) => rows.map(([number]) => Number(number))))
  return {
    heads,
    read,
    busy: new Set(keptLocked.filter((number) => !free.has(number))),
    transfers: transfersIn(answers).flatMap(toTransferRecords),
    references: referencesIn(answers).flatMap(toReferences),
    keys: parseFoundKeys(keysIn(answers)[0] ?? nothing),
    ...moment,
  }
}

/** Heads that need not be read: as earlier batches leave them, or as cached. */
function trustedHeads(numbers: readonly number[], { heads: cache, previous = [] }: GatherOptions): Map<number, Head> {
  const heads = new Map<number, Head>()
  for (const number of numbers) {
    const head = previousHead(previous, number) ?? cache?.get(number)
    if (head !== undefined) heads.set(number, head)
  }
  return heads
}

type ReadHeads = { readonly heads: Map<number, Head> }

/**
 * The previous owner of the locks may have moved heads. It has then updated the cache, or removed heads of unknown
 * state. Returns a new moment when heads were read, as they may have been recorded after the first moment.
 */
async function renewHeads(tx: Transaction, heads: Map<number, Head>, cache: Heads): Promise<BatchMoment | undefined> {
  const toRead: number[] = []
  for (const number of heads.keys()) {
    const latest = cache.get(number)
    if (latest === undefined) toRead.push(number)
    else heads.set(number, latest)
  }
  if (toRead.length === 0) return undefined
  const [read = nothing, moment = nothing] = await tx.burst([readHeadsStep(toRead), beginBatchStep])
  for (const head of toHeads(read)) heads.set(head.number, head)
  return toBatchMoment(moment)
}

const nothing: BurstAnswer = { rows: [], tag: '' }
