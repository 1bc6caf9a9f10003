import { storeKeysStep } from '#platform/idempotency'
import { type BurstStep, type Database, epochChanged, type UnitLine } from '#platform/postgres'
import type { AccountDirectory } from '../accounts/account-directory.ts'
import { type KeyedAnswers, KeyedRequests, type RequestResult } from '../requests/keyed-requests.ts'
import type { Waiting, WaitingRequests } from '../requests/waiting-requests.ts'
import type { BookedTransfer } from '../transfers/transfer-record.ts'
import type { BatchKnowledge } from './batch-knowledge.ts'
import type { BatchRows } from './batch-rows.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import type { Heads } from './heads.ts'
import type { HeldClock } from './held-clock.ts'
import { accountsOfKept, type DecidedBatch, decideBatch, requestsConcerning } from './transfer-batch.ts'

export type PreparingDependencies = {
  readonly database: Pick<Database, 'epoch'>
  readonly reading: UnitLine
  readonly directory: AccountDirectory
  readonly heads: Heads
  readonly waiting: WaitingRequests
  readonly heldClock: Pick<HeldClock, 'note'>
}

export type PreparedBatch = {
  readonly requests: readonly Waiting[]
  /** Requests on contended or crowded accounts, not in this batch. */
  readonly apart: readonly Waiting[]
  readonly epoch: number
  readonly decided: DecidedBatch
  readonly steps: readonly BurstStep[]
  /** Sent after the earlier batches have committed. */
  readonly lateSteps: readonly BurstStep[]
  readonly results: ReadonlyMap<Waiting, RequestResult>
  readonly answers: KeyedAnswers
  readonly readMs: number
  readonly decideMs: number
}

/** Must not await between the last check of contention and `onDecided`, which adds the batch to those in flight. */
export async function prepareBatch(
  { database, reading, directory, heads, waiting, heldClock }: PreparingDependencies,
  requests: readonly Waiting[],
  {
    rows,
    previous,
    onDecided,
  }: {
    readonly rows: BatchRows
    /** The earlier batches in flight, newest first. */
    readonly previous: readonly PreparedBatch[]
    readonly onDecided: (prepared: PreparedBatch) => void
  },
): Promise<PreparedBatch> {
  const tx = await reading.reader()
  const { epoch } = tx
  const startedAt = performance.now()
  const sets = previous.map(({ decided }) => decided.set)
  // Checked before any read: the transfers they name may be booked and answered before the read ends.
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
  heldClock.note(knowledge)
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

/** Also selects accounts with a lapsed hold that cannot end without an account that is apart. */
function boundTo(isApart: (account: number) => boolean, { lapsed }: Pick<BatchKnowledge, 'lapsed'>): typeof isApart {
  const bound = new Set<number>()
  for (const { source, destination } of lapsed) {
    if (isApart(source.number) || isApart(destination.number)) bound.add(source.number).add(destination.number)
  }
  return (account) => bound.has(account) || isApart(account)
}

/** Also sets apart, in order, the requests that name a transfer of a request set apart. */
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
