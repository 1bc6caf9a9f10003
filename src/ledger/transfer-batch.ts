import type { Timestamp } from '#kernel'
import { type FoundKeys, findKeysStep, parseFoundKeys } from '#platform/idempotency'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import type { AccountDirectory, NamedAccount } from './account-directory.ts'
import { BatchRows } from './batch-rows.ts'
import {
  type BatchIdentity,
  type BatchMoment,
  beginBatchStep,
  closeHoldsSteps,
  findLapsedHoldsStep,
  findReferencesSteps,
  findTransfersSteps,
  lapsedMax,
  lockAccountsStep,
  lockFreeAccountsStep,
  type NamedReference,
  type NamedTransfer,
  readHeadsStep,
  readLapsesStep,
  requireHeadsStep,
  toBatchMoment,
  toHeads,
  toLapses,
  toReferences,
  toTransferRecords,
  writeBatchSteps,
} from './batch-store.ts'
import type { CommandGroup, TransferCommand, TransferOutcome } from './commands.ts'
import { type CommandAccounts, decideGroups, endLapsed } from './decide-transfers.ts'
import type { Heads } from './heads.ts'
import type { Claim } from './ledger.ts'
import type { BookedTransfer, TransferRecord } from './transfer-record.ts'
import { accountsNamedIn } from './transfer-request.ts'
import { type Head, previousTransfer, WorkingSet } from './working-set.ts'

/** A group of commands, and the idempotency key it claims if any. */
export type BatchRequest = { readonly group: CommandGroup; readonly claim?: Claim | undefined }

/** A batch that has been decided but not written. */
export type DecidedBatch = {
  readonly outcomes: readonly TransferOutcome[][]
  /** The steps that write it, without BEGIN and COMMIT; none when nothing is to be written. */
  readonly steps: BurstStep[]
  /** The steps that come after those, when the batches before have been committed: they delete rows that those may have written. */
  readonly lateSteps: BurstStep[]
  /** Position and hash of the batch; undefined when there is none, as nothing is to be recorded. */
  readonly identity: BatchIdentity | undefined
  readonly set: WorkingSet
}

/** What the database said for a batch. */
export type BatchKnowledge = BatchMoment & {
  /** Of each command. */
  readonly accounts: readonly CommandAccounts[]
  /** The pending transfers that commands end. */
  readonly holds: readonly TransferRecord[]
  /** The accounts that are stuck: locked by somebody else for longer than is waited for. */
  readonly busy: ReadonlySet<number>
  readonly heads: ReadonlyMap<number, Head>
  /** Those of the heads that were read just now. */
  readonly read: readonly Head[]
  readonly transfers: readonly TransferRecord[]
  readonly references: readonly NamedReference[]
  readonly keys: FoundKeys
  /** Holds on the batch's accounts that have lapsed and are not known to have ended. */
  readonly lapsed: readonly BookedTransfer[]
  /** Whether more have lapsed than one batch ends: these come first, in one of their own. */
  readonly hasMoreLapsed: boolean
}

export type GatherOptions = {
  readonly directory: AccountDirectory
  /** Heads to trust; those of other accounts are read. */
  readonly heads: Heads | undefined
  /** Lock all accounts before; undefined: no locks. */
  readonly locking?: Locking | undefined
  /** Look every id up, also those that this process made up: it may have written them before. */
  readonly lookUpAll: boolean
  /** The batches before that are on their way, the newest first: what they did is not in the database yet. */
  readonly previous?: readonly WorkingSet[]
  readonly before: readonly BurstStep[]
}

/** How accounts are locked. */
export type Locking = {
  /** Told which accounts are about to be locked. */
  readonly announce: (accounts: readonly number[]) => void
  /** Resolves when it is known what became of all that this process has on its way to these accounts. */
  readonly landed: (accounts: readonly number[]) => Promise<void>
  /** Whether a lock is not waited for. An account that is not had then is answered as busy. */
  readonly isStuck: (account: number) => boolean
}

/** What has to be read, apart from accounts, before a batch can be decided. */
type Needs = {
  readonly transfers: NamedTransfer[]
  /** Those of `transfers` that are pending ones to be ended: their accounts have to be found first. */
  readonly holds: NamedTransfer[]
  readonly references: NamedReference[]
  readonly claims: Claim[]
}

/** Reads, in one round trip once names are known, everything that deciding the requests needs. */
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

/** The requests that concern an account which is meant. */
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
      const { source, destination } = accounts[place] ?? noAccounts
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

/** The accounts of the commands that are left when some requests are taken out. */
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

/** The accounts that refused requests had named: a repeated one may name them by id instead of code. */
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

/** The accounts of every command in order, looking up those not known yet. */
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
  const needs: Needs = { transfers: [], holds: [], references: [], claims: [] }
  for (const { group, claim } of requests) {
    if (claim !== undefined) needs.claims.push(claim)
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

/** The pending transfers to be ended, which tell the accounts concerned; they never change. */
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
): Promise<Omit<BatchKnowledge, 'accounts' | 'holds' | 'lapsed' | 'hasMoreLapsed' | 'heads'> & ReadHeads> {
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
  const stuck = locking === undefined ? [] : numbers.filter(locking.isStuck)
  const freeIn = add(stuck.length > 0 ? [lockFreeAccountsStep(stuck)] : [])
  const waited = stuck.length === 0 ? numbers : numbers.filter((number) => !stuck.includes(number))
  if (locking !== undefined && waited.length > 0) steps.push(lockAccountsStep(waited))
  const headsIn = add(toRead.length > 0 ? [readHeadsStep(toRead)] : [])
  const transfersIn = add(findTransfersSteps(needs.transfers))
  const referencesIn = add(findReferencesSteps(needs.references))
  const keysIn = add(needs.claims.length > 0 ? [findKeysStep(needs.claims)] : [])
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
    busy: new Set(stuck.filter((number) => !free.has(number))),
    transfers: transfersIn(answers).flatMap(toTransferRecords),
    references: referencesIn(answers).flatMap(toReferences),
    keys: parseFoundKeys(keysIn(answers)[0] ?? nothing),
    ...moment,
  }
}

/** The heads that need not be read: as the batches before leave them, or as this process wrote them last. */
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
 * The lapsed holds on the accounts of the batch, in the database and among what the batches before have
 * made, and the heads of the accounts on their other sides, which ending them moves as well. Those with an
 * account that somebody else keeps locked are left to a later batch.
 */
async function findLapsed(
  tx: Transaction,
  knowledge: ReadHeads & BatchMoment & Pick<BatchKnowledge, 'busy'>,
  options: GatherOptions,
): Promise<BatchMoment & Pick<BatchKnowledge, 'lapsed' | 'hasMoreLapsed'>> {
  const { heads, number, now, clock } = knowledge
  const { previous = [] } = options
  const records: TransferRecord[] = []
  const due: number[] = []
  let isFull = false
  for (const head of heads.values()) if (head.lapsesAt <= clock) due.push(head.number)
  if (due.length > 0) {
    const [found = nothing, lapses = nothing] = await tx.burst([findLapsedHoldsStep(due), readLapsesStep(due)])
    records.push(...toTransferRecords(found))
    isFull = found.rows.length >= lapsedMax
    // What batches before have made is not in the database yet: their heads know better.
    for (const { account, lapsesAt } of toLapses(lapses)) {
      const head = heads.get(account)
      if (head !== undefined && previousHead(previous, account) === undefined) head.lapsesAt = lapsesAt
    }
  }
  for (const hold of previous.flatMap((set) => set.timedHolds())) {
    if (heads.has(hold.source.number) || heads.has(hold.destination.number)) records.push(hold)
  }
  const lapsed = records.flatMap((record) => {
    if (record.refusal !== undefined || record.resolution !== undefined) return []
    return record.expiresAt !== undefined && record.expiresAt <= clock ? [record] : []
  })
  const busy = new Set(knowledge.busy)
  const loaded = await loadOtherSides(tx, lapsed, heads, options)
  for (const account of loaded.busy) busy.add(account)
  const moment = loaded.moment ?? { number, now, clock }
  if (busy.size === 0) return { ...moment, lapsed, hasMoreLapsed: isFull && lapsed.length > 0 }
  const isFree = ({ source, destination }: BookedTransfer) => !busy.has(source.number) && !busy.has(destination.number)
  const free = lapsed.filter(isFree)
  return { ...moment, lapsed: free, hasMoreLapsed: isFull && free.length > 0 }
}

/** Accounts that are kept locked; and the moment of the batch anew when heads were read, which it has to come after. */
type OtherSides = { readonly busy: readonly number[]; readonly moment?: BatchMoment }

/**
 * Finds the heads of the holds' accounts that are not among `heads`. They are read: what this process remembers of them
 * by now may have been booked after the batch took its number.
 */
async function loadOtherSides(
  tx: Transaction,
  holds: readonly BookedTransfer[],
  heads: Map<number, Head>,
  { locking, previous = [] }: GatherOptions,
): Promise<OtherSides> {
  const missing = new Set(holds.flatMap(({ source, destination }) => [source.number, destination.number]))
  for (const number of missing) {
    const head = heads.get(number) ?? previousHead(previous, number)
    if (head === undefined) continue
    heads.set(number, head)
    missing.delete(number)
  }
  if (missing.size === 0) return { busy: [] }
  const toRead = [...missing]
  const stuck = locking === undefined ? [] : toRead.filter(locking.isStuck)
  const steps: BurstStep[] = stuck.length > 0 ? [lockFreeAccountsStep(stuck)] : []
  const waited = locking === undefined ? [] : toRead.filter((number) => !stuck.includes(number))
  if (waited.length > 0) steps.push(lockAccountsStep(waited))
  const answers = await tx.burst([...steps, readHeadsStep(toRead), beginBatchStep])
  const [read = nothing, moment = nothing] = answers.slice(-2)
  for (const head of toHeads(read)) heads.set(head.number, head)
  const free = new Set(stuck.length === 0 ? [] : answers[0]?.rows.map(([number]) => Number(number)))
  return { busy: stuck.filter((number) => !free.has(number)), moment: toBatchMoment(moment) }
}

/**
 * Who had the locks before may have moved heads meanwhile, and has said to what, or that nobody knows. Answers
 * the moment of the batch anew when heads were read: what they tell of may have been recorded after the first.
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

/** The head of an account as the newest of the batches before leaves it. */
function previousHead(previous: readonly WorkingSet[], account: number): Head | undefined {
  for (const before of previous) {
    const head = before.headAfter(account)
    if (head !== undefined) return head
  }
  return undefined
}

const nothing: BurstAnswer = { rows: [], tag: '' }

/**
 * When a batch is recorded: not before what it builds on. While the clock has been set back, the latest batch that the
 * database shows may be earlier than those that were on their way then, of this process or of another.
 */
function momentAfter({ now, heads }: Pick<BatchKnowledge, 'now' | 'heads'>): Timestamp {
  let moment = now
  for (const { recordedAt } of heads.values()) if (recordedAt > moment) moment = recordedAt
  return moment
}

/** Decides groups in order and encodes what they write. Pure but for `rows`, whose buffers it fills. */
export function decideBatch(
  groups: readonly CommandGroup[],
  knowledge: BatchKnowledge,
  context: {
    readonly directory: AccountDirectory
    readonly previous?: readonly WorkingSet[]
    readonly rows?: BatchRows
  },
): DecidedBatch {
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
  const outcomes = decideGroups({ set, rows, now, clock, accounts }, groups)
  const reliedUpon = set.reliedUpon()
  const hash = rows.operations > 0 ? rows.hash() : undefined
  const steps = writeBatchSteps(rows, now, hash)
  // Before the batch's own rows, which would look like somebody else's to it.
  if (reliedUpon.size > 0) steps.unshift(requireHeadsStep(reliedUpon))
  // Late, as the feed has events in the order in which they were inserted, and batches overlap.
  const lateSteps = [...closeHoldsSteps(rows), ...appendEventsSteps(now, rows.events)]
  const identity = hash && { position: rows.position, hash }
  return { outcomes, steps, lateSteps, identity, set }
}
