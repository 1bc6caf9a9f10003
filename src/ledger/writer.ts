import { Fault } from '#platform/faults'
import type { Idempotent } from '#platform/idempotency'
import type { AccountDirectory } from './account-directory.ts'
import { type AttemptContext, type PreparedBatch, prepareBatch, writeBatch } from './batch-attempt.ts'
import { BatchRows } from './batch-rows.ts'
import type { CommandGroup, TransferOutcome } from './commands.ts'
import { isConflict } from './conflict.ts'
import type { Heads } from './heads.ts'
import type { Claim, WriterStatistics } from './ledger.ts'
import type { BatchRequest } from './transfer-batch.ts'
import type { WriterSession } from './writer-session.ts'

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
const batchCommandsMax = 2_048
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
  /** Two sets of buffers: one is being written while the other is filled. */
  readonly rows: readonly [BatchRows, BatchRows]
  lockedUntil: number
}

export function createWriter(deps: WriterDependencies): Writer {
  const state: WriterState = {
    ...deps,
    queue: [],
    rows: [new BatchRows(), new BatchRows()],
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

/** A batch on its way to the database. */
type Flight = {
  readonly batch: readonly Waiting[]
  readonly prepared: PreparedBatch
  readonly written: Promise<boolean>
}

async function run(state: WriterState): Promise<void> {
  // Everything that arrives in the same turn of the event loop shares the first batch.
  await new Promise(setImmediate)
  let flight: Flight | undefined
  let buffers = 0
  while (state.queue.length > 0 || flight !== undefined) {
    if (flight !== undefined && (isLocked(state) || !isWorthPreparingAhead(state))) {
      await answer(state, flight, await flight.written)
      flight = undefined
      continue
    }
    const batch = takeBatch(state.queue)
    if (isLocked(state)) {
      await writeSerially(state, batch)
      continue
    }
    buffers = 1 - buffers
    const rows = state.rows[buffers] ?? state.rows[0]
    const previous = flight?.prepared
    const prepared = await prepareBatch(state, batch, { rows, locked: false, lookUpAll: false, previous }).catch(
      asError,
    )
    // What was decided ahead stands only if the batch before has been written as it was decided. It is
    // sent before the batch before is answered, so that the database works while its callers go on.
    const before = flight
    const landed = before === undefined || (await before.written)
    flight = landed && !(prepared instanceof Error) ? launch(state, batch, prepared) : undefined
    if (before !== undefined) await answer(state, before, landed)
    if (flight === undefined) await writeSerially(state, batch)
  }
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

function launch(state: WriterState, batch: readonly Waiting[], prepared: PreparedBatch): Flight {
  const written = writeBatch(state, prepared, false).then(
    () => true,
    (error: unknown) => noteFailure(state, error),
  )
  return { batch, prepared, written }
}

/** Answers the requests of a batch that was on its way, deciding it again if it could not be written. */
async function answer(state: WriterState, { batch, prepared }: Flight, landed: boolean): Promise<void> {
  if (landed) settle(state, batch, prepared.results)
  else await writeSerially(state, batch)
}

function settle(state: WriterState, batch: readonly Waiting[], results: PreparedBatch['results']): void {
  batch.forEach((request, index) => {
    const result = results[index]
    if (result !== undefined) request.resolve(result)
    state.statistics.queued -= request.group.commands.length
  })
}

/** Tries under row locks until the batch is written, or the fault is not one that another try can mend. */
async function writeSerially(state: WriterState, batch: readonly Waiting[]): Promise<void> {
  const deadline = performance.now() + attemptsMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      const options = { rows: state.rows[0], locked: true, lookUpAll: true, previous: undefined }
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
