import { Fault } from '#platform/faults'
import type { Idempotent } from '#platform/idempotency'
import type { AccountDirectory } from './account-directory.ts'
import {
  type AttemptContext,
  type PreparedBatch,
  prepareBatch,
  type StagedWrite,
  stageBatch,
  writeBatch,
} from './batch-attempt.ts'
import { BatchRows } from './batch-rows.ts'
import type { CommandGroup, TransferOutcome } from './commands.ts'
import { isConflict } from './conflict.ts'
import type { Heads } from './heads.ts'
import type { Claim, WriterStatistics } from './ledger.ts'
import type { BatchRequest } from './transfer-batch.ts'
import { stagedMax, type WriterSession } from './writer-session.ts'

/**
 * The writer turns what arrives into batches. While one batch is being written, arrivals wait; when
 * it is done, all that wait become the next one, so that nobody waits for a timer. When very many
 * wait, the next batch is read and decided while the one before is still being written, on the
 * assumption that it will be; should it fail, both are decided again.
 *
 * Alone, the writer trusts the heads it remembers. An account's head is guarded by the primary key
 * of the entries: if somebody else has moved an account meanwhile, the batch fails as a whole, and
 * is decided again, this time under row locks, which the writer then keeps to for a while: two
 * writers that share accounts take turns instead of undoing one another's work.
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
const batchCommandsMax = 1_024
/** With at least this many waiting, the next batch is prepared while one is being written. */
const aheadCommandsMin = 512
/** More than this waiting means that the database cannot follow: better to refuse than to keep waiting. */
const queuedCommandsMax = 200_000
const contentionMs = 2_000
/** A batch is tried at least so often, and for so long, before its requests are told of the fault. */
const attemptsMin = 12
const attemptsMs = 15_000
const pauseMsMax = 250

type Waiting = BatchRequest & {
  readonly resolve: (result: Idempotent<readonly TransferOutcome[]>) => void
  readonly reject: (error: unknown) => void
}

type WriterState = AttemptContext & {
  readonly queue: Waiting[]
  /** Sets of buffers: while one is being filled, the others may be on their way. */
  readonly rows: readonly BatchRows[]
  /** The batches on their way to the database, the oldest first. */
  readonly flights: Flight[]
  prepared: number
  lockedUntil: number
}

export function createWriter(deps: WriterDependencies): Writer {
  const state: WriterState = {
    ...deps,
    queue: [],
    rows: Array.from({ length: stagedMax + 1 }, () => new BatchRows()),
    flights: [],
    prepared: 0,
    lockedUntil: 0,
    statistics: { batches: 0, commands: 0, conflicts: 0, queued: 0, readMs: 0, writeMs: 0, decideMs: 0 },
  }
  let running: Promise<void> | undefined
  const wake = () => {
    running ??= run(state).finally(() => {
      running = undefined
      // What arrived after the last look at the queue and before this line found the writer still running.
      if (state.queue.length > 0) wake()
    })
  }

  const enqueue = (group: CommandGroup, claim: Claim | undefined) => {
    if (state.statistics.queued + group.commands.length > queuedCommandsMax) {
      throw new Fault({ code: 'ledger_busy', message: 'too many transfers wait to be booked', retryable: true })
    }
    return new Promise<Idempotent<readonly TransferOutcome[]>>((resolve, reject) => {
      state.queue.push({ group, claim, resolve, reject })
      state.statistics.queued += group.commands.length
      wake()
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

/** A batch on its way to the database. Its promises never reject: false stands for a failure. */
type Flight = {
  readonly batch: readonly Waiting[]
  readonly prepared: PreparedBatch
  /** Whether its transaction has begun, so that the next one comes after it. */
  readonly begun: Promise<boolean>
  /** Whether it has been committed. */
  readonly landed: Promise<boolean>
}

async function run(state: WriterState): Promise<void> {
  // Everything that arrives in the same turn of the event loop shares the first batch.
  await new Promise(setImmediate)
  const { queue, flights } = state
  while (queue.length > 0 || flights.length > 0) {
    if (flights.length > 0 && (isLocked(state) || !isWorthPreparingAhead(state))) {
      await land(state, flights.length)
      continue
    }
    const batch = takeBatch(queue)
    if (isLocked(state)) await writeSerially(state, batch)
    else await writeAhead(state, batch)
  }
  // The callers of the last batch are answered in the next turn of the event loop.
  await new Promise(setImmediate)
}

/** Prepares a batch behind those on their way, and sends it after them. */
async function writeAhead(state: WriterState, batch: readonly Waiting[]): Promise<void> {
  const { flights } = state
  state.prepared = (state.prepared + 1) % state.rows.length
  const rows = state.rows[state.prepared] ?? new BatchRows()
  const previous = flights.map(({ prepared }) => prepared).reverse()
  const prepared = await prepareBatch(state, batch, { rows, locked: false, lookUpAll: false, previous }).catch(asError)
  // A connection has to be free, and with it a set of buffers.
  const landed = await land(state, flights.length - stagedMax + 1)
  if (prepared instanceof Error || !landed) {
    await land(state, flights.length)
    await writeSerially(state, batch)
    return
  }
  flights.push(launch(state, batch, prepared))
}

/**
 * Waits for the oldest flights and takes them from the list; false when one of them failed. Then all
 * behind it have failed as well, and all are decided again, in their order.
 */
async function land(state: WriterState, count: number): Promise<boolean> {
  const { flights } = state
  for (let landing = 0; landing < count; landing += 1) {
    if (await flights[0]?.landed) {
      flights.shift()
      continue
    }
    const failed = flights.splice(0)
    // None may be open when the first is written anew: it would wait for what they have written.
    await Promise.all(failed.map(({ landed }) => landed))
    for (const { batch } of failed) await writeSerially(state, batch)
    return false
  }
  return true
}

function launch(state: WriterState, batch: readonly Waiting[], prepared: PreparedBatch): Flight {
  const before = state.flights.at(-1)
  const failed = (error: unknown) => noteFailure(state, error)
  const answer = () => settle(state, batch, prepared.results)
  if (before === undefined && !isWorthPreparingAhead(state)) {
    const landed = writeBatch(state, prepared, false).then(answer, failed)
    return { batch, prepared, begun: landed, landed }
  }
  const staging = stageBehind(state, before, prepared)
  const landed = commitBehind(staging, before).catch(failed)
  // The next batch's commit is sent before this one's callers go on.
  void landed.then((is) => is && setImmediate(answer))
  const begun = staging.then(
    () => true,
    () => false,
  )
  return { batch, prepared, begun, landed }
}

async function stageBehind(state: WriterState, before: Flight | undefined, prepared: PreparedBatch) {
  if (before !== undefined && !(await before.begun)) throw new BatchBeforeFailed()
  return stageBatch(state, prepared)
}

async function commitBehind(staging: Promise<StagedWrite>, before: Flight | undefined): Promise<true> {
  const staged = await staging
  const [landed] = await Promise.all([before?.landed, staged.sent])
  if (landed === false) throw new BatchBeforeFailed()
  await staged.commit()
  return true
}

/** Why a batch is not committed that was decided on the assumption that the one before would be. */
class BatchBeforeFailed extends Error {
  override readonly name = 'BatchBeforeFailed'
}

function isLocked(state: WriterState): boolean {
  return performance.now() < state.lockedUntil
}

function isWorthPreparingAhead(state: WriterState): boolean {
  let commands = 0
  for (const { group } of state.queue) {
    commands += group.commands.length
    if (commands >= aheadCommandsMin) return true
  }
  return false
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

function settle(state: WriterState, batch: readonly Waiting[], results: PreparedBatch['results']): true {
  batch.forEach((request, index) => {
    const result = results[index]
    if (result !== undefined) request.resolve(result)
    state.statistics.queued -= request.group.commands.length
  })
  return true
}

/** Tries under row locks until the batch is written, or the fault is not one that another try can mend. */
async function writeSerially(state: WriterState, batch: readonly Waiting[]): Promise<void> {
  const deadline = performance.now() + attemptsMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      const options = { rows: state.rows[0] ?? new BatchRows(), locked: true, lookUpAll: true, previous: [] }
      const prepared = await prepareBatch(state, batch, options)
      await writeBatch(state, prepared, true)
      settle(state, batch, prepared.results)
      return
    } catch (error) {
      await noteFailure(state, error)
      const isOver = attempt >= attemptsMin && performance.now() > deadline
      if (!isWorthRetrying(error) || isOver) {
        await giveUp(state, batch, error)
        return
      }
      if (attempt > 1)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, pauseMsMax)))
    }
  }
}

/** Of several requests one may be at fault, and only that one is to fail. */
async function giveUp(state: WriterState, batch: readonly Waiting[], error: unknown): Promise<void> {
  if (batch.length > 1 && !isWorthRetrying(error)) {
    for (const one of batch) await writeSerially(state, [one])
    return
  }
  for (const one of batch) {
    one.reject(error)
    state.statistics.queued -= one.group.commands.length
  }
}

/** After a failure nothing that was remembered is trusted, and others are expected to write. */
async function noteFailure(state: WriterState, error: unknown): Promise<false> {
  state.heads.clear()
  await state.session.abandon()
  if (isConflict(error)) state.statistics.conflicts += 1
  state.lockedUntil = performance.now() + contentionMs
  return false
}

function isWorthRetrying(error: unknown): boolean {
  return isConflict(error) || (error instanceof Fault && error.retryable)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
