import { storeKeysStep } from '#platform/idempotency'
import { type BurstStep, type Database, epochChanged, type UnitLine } from '#platform/postgres'
import type { AccountDirectory } from './account-directory.ts'
import type { BatchKnowledge } from './batch-knowledge.ts'
import type { BatchRows } from './batch-rows.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import type { Heads } from './heads.ts'
import type { HeldClock } from './held-clock.ts'
import { type KeyedAnswers, KeyedRequests, type RequestResult } from './keyed-requests.ts'
import { accountsOfKept, type DecidedBatch, decideBatch, requestsConcerning } from './transfer-batch.ts'
import type { BookedTransfer } from './transfer-record.ts'
import type { Waiting, WaitingRequests } from './waiting-requests.ts'

/** What preparing a batch needs. */
export type PreparingDependencies = {
  readonly database: Pick<Database, 'epoch'>
  /** The connection for reading what the next batch needs while others are being written. */
  readonly reading: UnitLine
  readonly directory: AccountDirectory
  readonly heads: Heads
  readonly waiting: WaitingRequests
  readonly heldClock: Pick<HeldClock, 'note'>
}

/** A batch that is decided and encoded, ready to be written. */
export type PreparedBatch = {
  readonly requests: readonly Waiting[]
  /** Those of a batch that concern contended or crowded accounts, and are not in it. */
  readonly apart: readonly Waiting[]
  /** The epoch that it was decided in. */
  readonly epoch: number
  readonly decided: DecidedBatch
  readonly steps: readonly BurstStep[]
  /** What comes after the steps, once the batches before have been committed. */
  readonly lateSteps: readonly BurstStep[]
  readonly results: ReadonlyMap<Waiting, RequestResult>
  readonly answers: KeyedAnswers
  readonly readMs: number
  readonly decideMs: number
}

/**
 * Reads what the requests need, decides them upon trusted heads and those that the batches before leave,
 * and encodes what they write. Requests on contended or crowded accounts are left apart. From the last look at
 * contention to the end nothing is awaited: `onDecided` puts the batch among those on their way.
 */
export async function prepareBatch(
  { database, reading, directory, heads, waiting, heldClock }: PreparingDependencies,
  requests: readonly Waiting[],
  {
    rows,
    previous,
    onDecided,
  }: {
    readonly rows: BatchRows
    /** The batches before that are being written, the newest first. */
    readonly previous: readonly PreparedBatch[]
    readonly onDecided: (prepared: PreparedBatch) => void
  },
): Promise<PreparedBatch> {
  const tx = await reading.reader()
  const { epoch } = tx
  const startedAt = performance.now()
  const sets = previous.map(({ decided }) => decided.set)
  // Looked at before anything is read: what they name may be booked and answered before the reading is over.
  const behind = new Set(requests.filter((request) => waiting.isBehindApart(request)))
  const knowledge = await gatherKnowledge(tx, requests, {
    directory,
    heads,
    lookUpAll: requests.some(({ failures }) => failures > 0),
    previous: sets,
    before: [],
  })
  const readAt = performance.now()
  if (database.epoch() !== epoch || previous.some((before) => before.epoch !== epoch)) throw epochChanged()
  heldClock.note(knowledge.now, knowledge.clock)
  for (const head of knowledge.read) if (heads.get(head.number) === undefined) heads.set(head)
  const { crowded } = knowledge
  const isApart = (account: number) => crowded.has(account) || heads.isContended(account)
  const areAllFree = crowded.size === 0 && !heads.hasContention
  const isFree = ({ source, destination }: BookedTransfer) => !isApart(source.number) && !isApart(destination.number)
  const lapsed = areAllFree ? knowledge.lapsed : knowledge.lapsed.filter(isFree)
  const concerned = areAllFree ? none : requestsConcerning(requests, knowledge, boundTo(isApart, knowledge))
  const apart = setApart(waiting, requests, (request) => concerned.has(request) || behind.has(request))
  const together = apart.size === 0 ? requests : requests.filter((request) => !apart.has(request))
  const keyed = new KeyedRequests(
    together,
    knowledge.keys,
    previous.map(({ answers }) => answers),
  )
  const { fresh } = keyed
  const accounts = accountsOfKept(requests, fresh, knowledge.accounts)
  const groups = fresh.map(({ group }) => group)
  const decided = decideBatch(groups, { ...knowledge, accounts, lapsed }, { directory, previous: sets, rows })
  const outcomes = new Map(fresh.map((request, index) => [request, decided.outcomes[index] ?? []]))
  const { results, answers } = keyed.results(outcomes)
  const steps = [...decided.steps]
  if (answers.size > 0) steps.push(storeKeysStep([...answers.values()], rows.keys))
  const prepared = {
    ...{ requests: together, apart: [...apart], epoch, decided, steps, lateSteps: decided.lateSteps, results, answers },
    ...{ readMs: readAt - startedAt, decideMs: performance.now() - readAt },
  }
  onDecided(prepared)
  return prepared
}

const none: ReadonlySet<Waiting> = new Set()

/** The accounts that go apart, and those whose lapsed holds cannot be ended without one. */
function boundTo(isApart: (account: number) => boolean, { lapsed }: Pick<BatchKnowledge, 'lapsed'>): typeof isApart {
  const bound = new Set<number>()
  for (const { source, destination } of lapsed) {
    if (isApart(source.number) || isApart(destination.number)) bound.add(source.number).add(destination.number)
  }
  return (account) => bound.has(account) || isApart(account)
}

/** Those that are meant, in their order, with those that name a transfer of theirs. */
function setApart(
  waiting: WaitingRequests,
  requests: readonly Waiting[],
  isMeant: (request: Waiting) => boolean,
): ReadonlySet<Waiting> {
  const apart = new Set<Waiting>()
  for (const request of requests) {
    if (!isMeant(request) && !waiting.isBehindApart(request)) continue
    apart.add(request)
    waiting.setApart(request)
  }
  return apart
}
