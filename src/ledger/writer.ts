import { Fault } from '#platform/faults'
import type { Idempotent, StoredAnswer } from '#platform/idempotency'
import { storeKeysStep } from '#platform/idempotency'
import { type BurstStep, DatabaseFault } from '#platform/postgres'
import type { AccountDirectory } from './account-directory.ts'
import { BatchRows } from './batch-rows.ts'
import type { CommandGroup, TransferOutcome } from './commands.ts'
import type { Heads } from './heads.ts'
import type { Claim, WriterStatistics } from './ledger.ts'
import { type BatchRequest, decideBatch, type GatherOptions, gatherKnowledge } from './transfer-batch.ts'
import type { WriterSession } from './writer-session.ts'

/**
 * The writer turns what arrives into batches. While one batch is under way, arrivals wait; when it
 * is done, all that wait become the next one, so that nobody waits for a timer.
 *
 * Alone, it trusts the heads it remembers and writes at once. An account's head is guarded by the
 * primary key of the entries: if somebody else has moved an account meanwhile, the batch fails as a
 * whole, and is decided again, this time under row locks, which the writer then keeps to for a
 * while: two writers that share accounts take turns instead of undoing one another's work.
 */
export type Writer = {
  readonly submit: (group: CommandGroup) => Promise<readonly TransferOutcome[]>
  readonly submitOnce: (group: CommandGroup, claim: Claim) => Promise<Idempotent<readonly TransferOutcome[]>>
  /** Others write too: lock for a while, rather than find out by a conflict. */
  readonly expectContention: () => void
  readonly statistics: () => WriterStatistics
  /** Resolves when everything submitted has been answered. */
  readonly drain: () => Promise<void>
}

export type WriterDependencies = {
  readonly session: WriterSession
  readonly directory: AccountDirectory
  readonly heads: Heads
}

/** A batch takes what waits up to this many commands, and always at least one request. */
const batchCommandsMax = 2_048
/** More than this waiting means that the database cannot follow: better to refuse than to keep waiting. */
const queuedCommandsMax = 200_000
const contentionMs = 2_000
const attemptsMax = 12

type Waiting = BatchRequest & {
  readonly resolve: (result: Idempotent<readonly TransferOutcome[]>) => void
  readonly reject: (error: unknown) => void
}

export function createWriter(deps: WriterDependencies): Writer {
  const state: WriterState = {
    ...deps,
    rows: new BatchRows(),
    lockedUntil: 0,
    statistics: { batches: 0, commands: 0, conflicts: 0, queued: 0, readMs: 0, writeMs: 0, decideMs: 0 },
  }
  const queue: Waiting[] = []
  let running: Promise<void> | undefined

  const enqueue = (group: CommandGroup, claim: Claim | undefined) => {
    if (state.statistics.queued + group.commands.length > queuedCommandsMax) {
      throw new Fault({ code: 'ledger_busy', message: 'too many transfers wait to be booked', retryable: true })
    }
    return new Promise<Idempotent<readonly TransferOutcome[]>>((resolve, reject) => {
      queue.push({ group, claim, resolve, reject })
      state.statistics.queued += group.commands.length
      running ??= run(state, queue).finally(() => {
        running = undefined
      })
    })
  }

  return {
    submit: async (group) => {
      const result = await enqueue(group, undefined)
      return result.kind === 'done' ? result.value : []
    },
    submitOnce: async (group, claim) => enqueue(group, claim),
    expectContention: () => {
      state.lockedUntil = performance.now() + contentionMs
    },
    statistics: () => ({ ...state.statistics }),
    drain: async () => {
      while (running !== undefined) await running
    },
  }
}

type WriterState = WriterDependencies & {
  readonly rows: BatchRows
  lockedUntil: number
  readonly statistics: { -readonly [Key in keyof WriterStatistics]: WriterStatistics[Key] }
}

async function run(state: WriterState, queue: Waiting[]): Promise<void> {
  // Everything that arrives in the same turn of the event loop shares the first batch.
  await new Promise(setImmediate)
  while (queue.length > 0) {
    const batch = takeBatch(queue)
    try {
      const results = await writeBatch(state, batch)
      batch.forEach((request, index) => {
        const result = results[index]
        if (result !== undefined) request.resolve(result)
      })
    } catch (error) {
      for (const request of batch) request.reject(error)
    }
    for (const { group } of batch) state.statistics.queued -= group.commands.length
  }
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let commands = 0
  let taken = 0
  for (const { group } of queue) {
    if (taken > 0 && commands + group.commands.length > batchCommandsMax) break
    commands += group.commands.length
    taken += 1
  }
  return queue.splice(0, taken)
}

type Results = Idempotent<readonly TransferOutcome[]>[]

/** Tries until the batch is written, or the fault is not one that another try can mend. */
async function writeBatch(state: WriterState, batch: readonly BatchRequest[]): Promise<Results> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptBatch(state, batch, attempt > 1)
    } catch (error) {
      state.heads.clear()
      await state.session.abandon()
      if (!isWorthRetrying(error) || attempt >= attemptsMax) throw error
      if (isConflict(error)) state.statistics.conflicts += 1
      state.lockedUntil = performance.now() + contentionMs
      if (attempt > 2) await sleep(Math.random() * 2 ** attempt)
    }
  }
}

async function attemptBatch(state: WriterState, batch: readonly BatchRequest[], again: boolean): Promise<Results> {
  const { session, directory, statistics } = state
  const locked = performance.now() < state.lockedUntil
  const options: GatherOptions = {
    directory,
    heads: locked ? undefined : state.heads,
    lookUpAll: again,
    before: locked ? [begin] : [],
  }
  const tx = await session.open()
  const startedAt = performance.now()
  const knowledge = await gatherKnowledge(tx, batch, options)
  const readAt = performance.now()

  const { fresh, answered } = sortByKey(batch, knowledge.keys)
  const decided = decideBatch(
    fresh.map(({ group }) => group),
    knowledge,
    directory,
    state.rows,
  )
  const answers = fresh.map(({ claim }, index) => claim?.answer(decided.outcomes[index] ?? []))
  const steps = [...decided.steps, ...storeAnswers(fresh, answers)]
  const decidedAt = performance.now()

  if (steps.length > 0) await session.commit(locked ? steps : [begin, ...steps], decided.position)
  else if (locked) await session.abandon()
  for (const head of decided.heads()) state.heads.set(head.number, head)
  statistics.batches += 1
  statistics.commands += fresh.reduce((sum, { group }) => sum + group.commands.length, 0)
  statistics.readMs += readAt - startedAt
  statistics.decideMs += decidedAt - readAt
  statistics.writeMs += performance.now() - decidedAt

  const results = new Map<BatchRequest, Results[number]>(answered)
  fresh.forEach((request, index) => {
    results.set(request, {
      kind: 'done',
      value: decided.outcomes[index] ?? [],
      answer: answers[index] ?? noAnswer,
    })
  })
  return batch.map((request) => results.get(request) ?? repeated(request, fresh, answers))
}

const begin: BurstStep = { name: 'begin', text: 'begin' }
const noAnswer: StoredAnswer = { status: 0, body: '' }

/** Sets apart the requests whose key has an answer already, and all but the first of several with one key. */
function sortByKey(batch: readonly BatchRequest[], found: Awaited<ReturnType<typeof gatherKnowledge>>['keys']) {
  const fresh: BatchRequest[] = []
  const answered = new Map<BatchRequest, Results[number]>()
  const first = new Set<string>()
  for (const request of batch) {
    const { claim } = request
    const known = claim === undefined ? undefined : found(claim)
    if (known !== undefined) answered.set(request, known)
    else if (claim === undefined || !first.has(keyOf(claim))) fresh.push(request)
    if (claim !== undefined) first.add(keyOf(claim))
  }
  return { fresh, answered }
}

function keyOf(claim: Claim): string {
  return `${claim.book} ${claim.key}`
}

/** The answer to a request whose key another request of the same batch used first. */
function repeated(
  request: BatchRequest,
  fresh: readonly BatchRequest[],
  answers: readonly (StoredAnswer | undefined)[],
): Results[number] {
  const { claim } = request
  const at = fresh.findIndex((other) => other.claim && claim && keyOf(other.claim) === keyOf(claim))
  const first = fresh[at]?.claim
  const answer = answers[at]
  if (claim === undefined || first === undefined || answer === undefined) throw new Error('a request went unanswered')
  return first.fingerprint.equals(claim.fingerprint) ? { kind: 'replayed', answer } : { kind: 'mismatched' }
}

function storeAnswers(fresh: readonly BatchRequest[], answers: readonly (StoredAnswer | undefined)[]): BurstStep[] {
  const rows = fresh.flatMap(({ claim }, index) => {
    const answer = answers[index]
    return claim === undefined || answer === undefined ? [] : [{ claim, answer }]
  })
  return rows.length > 0 ? [storeKeysStep(rows)] : []
}

/** Somebody else wrote first: a unique violation, or a head that a refusal relied upon has moved. */
function isConflict(error: unknown): boolean {
  return error instanceof DatabaseFault && (error.isUniqueViolation || error.state === divisionByZero)
}

const divisionByZero = '22012'

function isWorthRetrying(error: unknown): boolean {
  return isConflict(error) || (error instanceof Fault && error.retryable)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
