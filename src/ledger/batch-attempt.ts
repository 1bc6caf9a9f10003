import { type Idempotent, type StoredAnswer, storeKeysStep } from '#platform/idempotency'
import type { BurstStep } from '#platform/postgres'
import type { AccountDirectory } from './account-directory.ts'
import type { BatchRows } from './batch-rows.ts'
import type { TransferOutcome } from './commands.ts'
import type { Heads } from './heads.ts'
import type { Claim, WriterStatistics } from './ledger.ts'
import { type BatchRequest, type DecidedBatch, decideBatch, gatherKnowledge } from './transfer-batch.ts'
import type { WriterSession } from './writer-session.ts'

/** The result of each request of a batch. */
export type Results = Idempotent<readonly TransferOutcome[]>[]

/** What attempts share: connections, what is remembered between batches, counters. */
export type AttemptContext = {
  readonly session: WriterSession
  readonly directory: AccountDirectory
  readonly heads: Heads
  readonly statistics: { -readonly [Key in keyof WriterStatistics]: WriterStatistics[Key] }
}

/** A batch that is decided and encoded, ready to be written. */
export type PreparedBatch = {
  readonly requests: readonly BatchRequest[]
  readonly decided: DecidedBatch
  readonly steps: readonly BurstStep[]
  /** What comes after the steps, once the batches before have been committed. */
  readonly lateSteps: readonly BurstStep[]
  readonly results: Results
  /** The answers under the keys that this batch claims. */
  readonly answers: ReadonlyMap<string, Answered>
}

type Answered = { readonly claim: Claim; readonly answer: StoredAnswer }

export type PrepareOptions = {
  readonly rows: BatchRows
  /** Read on the writing connection, in its transaction, under row locks. */
  readonly locked: boolean
  readonly lookUpAll: boolean
  /** The batches before that are being written, the newest first. */
  readonly previous: readonly PreparedBatch[]
}

const begin: BurstStep = { name: 'begin', text: 'begin' }

/** Reads what the requests need, decides them, and encodes what they write. */
export async function prepareBatch(
  context: AttemptContext,
  requests: readonly BatchRequest[],
  { rows, locked, lookUpAll, previous }: PrepareOptions,
): Promise<PreparedBatch> {
  const { session, directory, statistics } = context
  const tx = locked ? await session.open() : await session.openReader()
  const startedAt = performance.now()
  const sets = previous.map(({ decided }) => decided.set)
  const knowledge = await gatherKnowledge(tx, requests, {
    directory,
    heads: locked ? undefined : context.heads,
    locked,
    lookUpAll,
    previous: sets,
    before: locked ? [begin] : [],
  })
  const readAt = performance.now()
  const { fresh, answered } = sortByKey(requests, (claim) => answeredBefore(claim, previous) ?? knowledge.keys(claim))
  const groups = fresh.map(({ group }) => group)
  const accounts =
    fresh.length === requests.length ? knowledge.accounts : accountsOfFresh(requests, fresh, knowledge.accounts)
  const decided = decideBatch(groups, { ...knowledge, accounts }, { directory, previous: sets, rows })
  const answers = new Map<string, Answered>()
  const results = new Map<BatchRequest, Results[number]>(answered)
  fresh.forEach((request, index) => {
    const value = decided.outcomes[index] ?? []
    const { claim } = request
    const answer = claim === undefined ? noAnswer : claim.answer(value)
    if (claim !== undefined) answers.set(keyOf(claim), { claim, answer })
    results.set(request, { kind: 'done', value, answer })
  })
  const steps = [...decided.steps]
  const { lateSteps } = decided
  if (answers.size > 0) steps.push(storeKeysStep([...answers.values()], rows.keys))
  statistics.readMs += readAt - startedAt
  statistics.decideMs += performance.now() - readAt
  return {
    requests,
    decided,
    steps,
    lateSteps,
    answers,
    results: requests.map((request) => results.get(request) ?? repeated(request, answers)),
  }
}

/** Writes a prepared batch and commits; returns once it is durable. */
export async function writeBatch(context: AttemptContext, prepared: PreparedBatch, locked: boolean): Promise<void> {
  const { session } = context
  const startedAt = performance.now()
  const steps = [...prepared.steps, ...prepared.lateSteps]
  if (steps.length > 0) await session.commit(locked ? steps : [begin, ...steps], prepared.decided.position)
  else if (locked) await session.abandon()
  noteWritten(context, prepared, startedAt)
}

/** A batch on its way that is not committed yet. */
export type StagedWrite = {
  /** Resolves when the rows have arrived. */
  readonly sent: Promise<unknown>
  /** Commits, once the batches before have been: returns when it is durable. */
  readonly commit: () => Promise<void>
}

/** Sends what a prepared batch writes; resolves once its transaction has begun. */
export async function stageBatch(context: AttemptContext, prepared: PreparedBatch): Promise<StagedWrite> {
  const startedAt = performance.now()
  const { steps, lateSteps, decided } = prepared
  const staged = steps.length === 0 ? undefined : await context.session.stage(decided.position)
  return {
    sent: staged === undefined ? Promise.resolve() : staged.send(steps),
    commit: async () => {
      await staged?.commit(lateSteps)
      noteWritten(context, prepared, startedAt)
    },
  }
}

function noteWritten(context: AttemptContext, prepared: PreparedBatch, startedAt: number): void {
  const { statistics } = context
  prepared.decided.set.forgetPrevious()
  for (const head of prepared.decided.set.heads()) context.heads.set(head.number, head)
  statistics.batches += 1
  for (const { group } of prepared.requests) statistics.commands += group.commands.length
  statistics.writeMs += performance.now() - startedAt
}

const noAnswer: StoredAnswer = { status: 0, body: '' }

type Known = Exclude<Results[number], { kind: 'done' }>

/** Sets apart the requests whose key has an answer already, and all but the first of several with one key. */
function sortByKey(requests: readonly BatchRequest[], find: (claim: Claim) => Known | undefined) {
  const fresh: BatchRequest[] = []
  const answered = new Map<BatchRequest, Results[number]>()
  const first = new Set<string>()
  for (const request of requests) {
    const { claim } = request
    if (claim === undefined) {
      fresh.push(request)
      continue
    }
    const known = find(claim)
    if (known !== undefined) answered.set(request, known)
    else if (!first.has(keyOf(claim))) fresh.push(request)
    first.add(keyOf(claim))
  }
  return { fresh, answered }
}

/** The accounts of the commands that are left when some requests have been answered already. */
function accountsOfFresh<Accounts>(
  requests: readonly BatchRequest[],
  fresh: readonly BatchRequest[],
  accounts: readonly Accounts[],
): Accounts[] {
  const kept = new Set(fresh)
  let place = 0
  return requests.flatMap((request) => {
    const first = place
    place += request.group.commands.length
    return kept.has(request) ? accounts.slice(first, place) : []
  })
}

function keyOf(claim: Claim): string {
  return `${claim.book} ${claim.key}`
}

/** The answer that a batch on its way gives under a key. */
function answeredBefore(claim: Claim, previous: readonly PreparedBatch[]): Known | undefined {
  for (const { answers } of previous) {
    const before = answers.get(keyOf(claim))
    if (before !== undefined) return replayOf(before, claim)
  }
  return undefined
}

/** The answer to a request whose key another request of the same batch used first. */
function repeated(request: BatchRequest, answers: ReadonlyMap<string, Answered>): Known {
  const first = request.claim === undefined ? undefined : answers.get(keyOf(request.claim))
  if (request.claim === undefined || first === undefined) throw new Error('a request went unanswered')
  return replayOf(first, request.claim)
}

function replayOf(first: Answered, claim: Claim): Known {
  return first.claim.fingerprint.equals(claim.fingerprint)
    ? { kind: 'replayed', answer: first.answer }
    : { kind: 'mismatched' }
}
