import { setTimeout as sleep } from 'node:timers/promises'
import { type BurstStep, createUnitLine, type Database, type Proof, type UnitLine } from '#platform/postgres'
import type { AccountDirectory } from '../accounts/account-directory.ts'
import type { Ledger, WriterStatistics } from '../ledger.ts'
import { WaitingQueue } from '../requests/waiting-queue.ts'
import { type Waiting, WaitingRequests } from '../requests/waiting-requests.ts'
import { hasManyPairs, workOutTerms } from '../transfers/metadata-term.ts'
import { type ApartLine, createApartLine } from './apart-line.ts'
import { type PreparedBatch, type PreparingDependencies, prepareBatch } from './batch-attempt.ts'
import { BatchRows } from './batch-rows.ts'
import { proofOfBatch } from './batch-store.ts'
import { createBesideBatches } from './beside-batches.ts'
import type { ConfirmedBatches } from './confirmed-batches.ts'
import { isCommitUnknown, isDoubtful, isOfTheServer, isOvertaken, movedAccount } from './conflict.ts'
import type { Flights } from './flights.ts'
import type { Heads } from './heads.ts'
import type { HeldClock } from './held-clock.ts'

/**
 * Arrivals wait while a batch is written, then form the next one, so no request waits for a timer. When very many wait,
 * the next batch is decided on the assumption that the previous one commits. If that fails, both are decided again.
 *
 * If another writer has moved an account, the primary key of the entries fails the whole batch. It is decided again,
 * and requests on that account go apart for a while, under row locks. So two writers that share an account take turns
 * instead of undoing each other's work.
 *
 * A request that is larger than a batch is booked beside the batches, under row locks and in many turns of the event
 * loop. So it delays only requests on its accounts. The same is done with smaller bulks while other senders are active.
 */
export type Writer = Pick<Ledger, 'submit' | 'submitOnce' | 'statistics'> & {
  readonly open: () => Promise<void>
  readonly drain: () => Promise<void>
  readonly close: () => Promise<void>
}

export type WriterDependencies = {
  readonly database: Database
  readonly directory: AccountDirectory
  readonly heads: Heads
  readonly flights: Flights
  readonly confirmed: ConfirmedBatches
  readonly heldClock: HeldClock
  readonly postAll: Ledger['postAll']
  /** Larger requests are booked beside the batches. */
  readonly besideFrom?: number | undefined
}

const stagedMax = 2
const batchCommandsMax = 1_024
/** From this many waiting commands on, prepare the next batch during a write. */
const aheadCommandsMin = 512
/** After more failed batches, a request is booked apart. */
const failuresMax = 2
const pauseMsMin = 5
const pauseMsMax = 250

/** Index probes only, as tables may grow a thousandfold under a plan made early. Lock waits delay other requests. */
const settings = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', lock_timeout: '500ms' }

/** Assigns the transaction id: later transactions come later in the event feed. */
const numberStep: BurstStep = { name: 'ledger-number-transaction', text: 'select pg_current_xact_id()' }

type Failure = { readonly error: unknown }

/** Its promises never reject. */
type Flight = {
  readonly batch: PreparedBatch
  readonly line: number
  /** True once its transaction has begun, so that the next one comes after it. */
  readonly begun: Promise<boolean>
  /** Undefined after the commit; otherwise the failure. */
  readonly landed: Promise<Failure | undefined>
}

type WriterState = PreparingDependencies & {
  readonly flights: Flights
  readonly confirmed: ConfirmedBatches
  readonly lines: readonly UnitLine[]
  readonly apart: ApartLine
  readonly queue: WaitingQueue
  readonly rows: readonly BatchRows[]
  /** Oldest first. */
  readonly underWay: Flight[]
  turn: number
  pauseMs: number
  readonly statistics: { -readonly [Key in keyof WriterStatistics]: WriterStatistics[Key] }
}

export function createWriter(deps: WriterDependencies): Writer {
  const { database, besideFrom = batchCommandsMax } = deps
  const lineOf = (purpose: string) => createUnitLine(database, { purpose, settings, reopenMs: 15_000 })
  const lines = Array.from({ length: stagedMax }, () => lineOf('writer'))
  const [reading, locking] = [lineOf('reader'), lineOf('writer apart')]
  const waiting = new WaitingRequests()
  const statistics = {
    ...{ batches: 0, overlapped: 0, commands: 0, commandsApart: 0, conflicts: 0, queued: 0 },
    ...{ readMs: 0, writeMs: 0, decideMs: 0, clockHeldMs: 0 },
  }
  const following = {
    onWritten: (commands: number) => {
      statistics.batches += 1
      statistics.commands += commands
      statistics.commandsApart += commands
    },
    onConflict: () => {
      statistics.conflicts += 1
    },
  }
  const within = { waiting, postAll: deps.postAll, ...following }
  const apart = createApartLine({ line: locking, ...within })
  const beside = createBesideBatches({ lineOf, largeFrom: besideFrom, ...within })
  const rows = Array.from({ length: stagedMax + 1 }, () => new BatchRows())
  const state: WriterState = {
    ...{ ...deps, lines, reading, apart, waiting, rows, statistics },
    ...{ queue: new WaitingQueue(), underWay: [], turn: 0, pauseMs: 0 },
  }
  let running: Promise<void> | undefined
  const wake = () => {
    running ??= run(state).finally(() => {
      running = undefined
      // A request may arrive after the last look at the queue, while `running` is still set.
      if (state.queue.length > 0) wake()
    })
  }
  const enqueue = (request: Waiting) => {
    if (beside.takes(request)) return
    state.queue.push(request)
    wake()
  }

  return {
    submit: async (group, options) => {
      if (hasManyPairs(group)) await workOutTerms(group)
      const result = await waiting.admit({ group, ...options }, enqueue)
      return result.kind === 'done' ? result.value : []
    },
    submitOnce: async (group, idempotency, options) => {
      if (hasManyPairs(group)) await workOutTerms(group)
      return waiting.admit({ group, idempotency, ...options }, enqueue)
    },
    statistics: () => ({ ...statistics, queued: waiting.commands, clockHeldMs: deps.heldClock.heldMs() }),
    open: async () => {
      await Promise.all([...lines, reading, locking].map((line) => line.reader()))
    },
    drain: async () => {
      while (running !== undefined) await running
      await Promise.all([apart.drain(), beside.drain()])
    },
    close: async () => {
      await Promise.all([...[...lines, reading, locking].map((line) => line.close()), beside.close()])
    },
  }
}

async function run(state: WriterState): Promise<void> {
  // Requests of the same turn of the event loop share the first batch.
  await new Promise(setImmediate)
  const { queue, underWay, waiting } = state
  while (queue.length > 0 || underWay.length > 0) {
    if (underWay.length > 0 && !isWorthPreparingAhead(state)) {
      await land(state, underWay.length, [])
      continue
    }
    const batch = queue.take(batchCommandsMax).filter((request) => !waiting.isOver(request))
    if (batch.length > 0) await writeAhead(state, batch)
  }
  // The callers of the last batch continue in the next turn of the event loop.
  await new Promise(setImmediate)
}

async function writeAhead(state: WriterState, requests: readonly Waiting[]): Promise<void> {
  const { underWay, flights, statistics } = state
  state.turn += 1
  const rows = state.rows[state.turn % state.rows.length] ?? new BatchRows()
  const previous = underWay.map(({ batch }) => batch).reverse()
  const landing = Promise.withResolvers<void>()
  const onDecided = ({ decided }: PreparedBatch) => flights.add(decided.set, landing.promise)
  try {
    const batch = await prepareBatch(state, requests, { rows, previous, onDecided })
    statistics.readMs += batch.readMs
    statistics.decideMs += batch.decideMs
    state.apart.add(batch.apart)
    // The batch needs a free connection and, with it, a set of buffers.
    if (!(await land(state, underWay.length - stagedMax + 1, batch.requests))) return landing.resolve()
    const flight = launch(state, batch)
    underWay.push(flight)
    void flight.landed.then(() => landing.resolve())
  } catch (error) {
    landing.resolve()
    if (await land(state, underWay.length, requests)) await mend(state, { requests, failure: { error } })
  }
}

/** False when a flight failed. All behind it have then failed too; all are decided again, in order, before `next`. */
async function land(state: WriterState, count: number, next: readonly Waiting[]): Promise<boolean> {
  const { underWay, queue } = state
  for (let landing = 0; landing < count; landing += 1) {
    const [first] = underWay
    const failure = await first?.landed
    if (first === undefined || failure === undefined) {
      underWay.shift()
      continue
    }
    const behind = underWay.splice(0).slice(1)
    // All must end before the first is written again, as it would wait for rows they have written.
    await Promise.all(behind.map(({ landed }) => landed))
    queue.unshift(...behind.flatMap(({ batch }) => batch.requests), ...next)
    await mend(state, { requests: first.batch.requests, batch: first.batch, failure })
    return false
  }
  return true
}

function launch(state: WriterState, batch: PreparedBatch): Flight {
  const before = state.underWay.at(-1)
  // Use one connection while it is enough, as the server's caches for it are warm.
  const line = before === undefined ? 0 : (before.line + 1) % stagedMax
  const unit = (state.lines[line] as UnitLine).begin({ epoch: batch.epoch })
  const startedAt = performance.now()
  const failed = async (error: unknown) => {
    await unit.abandon()
    return { error }
  }
  if (batch.steps.length === 0 || (before === undefined && !isWorthPreparingAhead(state))) {
    const landed = (async () => {
      const failure = await before?.landed
      if (failure !== undefined) throw new BatchBeforeFailed()
      await unit.commit([...batch.steps, ...batch.lateSteps], proofOf(batch))
      noteWritten(state, batch, startedAt)
      answer(state, batch)
      return undefined
    })().catch(failed)
    return { batch, line, begun: landed.then((failure) => failure === undefined), landed }
  }
  const staging = (async () => {
    if (before !== undefined && !(await before.begun)) throw new BatchBeforeFailed()
    await unit.burst([numberStep])
  })()
  const landed = (async () => {
    await staging
    const [failure] = await Promise.all([before?.landed, unit.burst(batch.steps)])
    if (failure !== undefined) throw new BatchBeforeFailed()
    await unit.commit(batch.lateSteps, proofOf(batch))
    noteWritten(state, batch, startedAt)
    state.statistics.overlapped += 1
    // Send the next batch's commit before the callers of this one continue.
    setImmediate(() => answer(state, batch))
    return undefined
  })().catch(failed)
  const begun = staging.then(
    () => true,
    () => false,
  )
  return { batch, line, begun, landed }
}

class BatchBeforeFailed extends Error {
  override readonly name = 'BatchBeforeFailed'
}

/** A batch that writes nothing may be repeated when its outcome is unknown. */
const nothingWritten: Proof = { write: undefined, find: { name: 'ledger-find-nothing', text: 'select 1 where false' } }

/** Answers under keys without a batch are proved by the unit's own row. */
function proofOf({ decided, answers }: PreparedBatch): Proof | undefined {
  if (decided.identity !== undefined) return proofOfBatch(decided.identity)
  return answers.size > 0 ? undefined : nothingWritten
}

function isWorthPreparingAhead({ queue }: WriterState): boolean {
  return queue.commands >= aheadCommandsMin
}

function noteWritten(state: WriterState, batch: PreparedBatch, startedAt: number): void {
  const { statistics, heads, database, confirmed } = state
  const { decided, requests, epoch } = batch
  let commands = 0
  for (const { group } of requests) commands += group.commands.length
  decided.set.forgetPrevious()
  if (database.epoch() === epoch) for (const head of decided.set.heads()) heads.set(head)
  if (decided.identity !== undefined) confirmed.note({ ...decided.identity, commands }, epoch)
  state.pauseMs = 0
  statistics.batches += 1
  statistics.commands += commands
  statistics.writeMs += performance.now() - startedAt
}

function answer({ waiting }: WriterState, { requests, results }: PreparedBatch): void {
  for (const request of requests) {
    const result = results.get(request)
    if (result === undefined) waiting.fail(request, new Error('a request went unanswered'))
    else waiting.answer(request, result)
  }
}

type Failed = {
  readonly requests: readonly Waiting[]
  readonly batch?: PreparedBatch
  readonly failure: Failure
}

async function mend(state: WriterState, { requests, batch, failure: { error } }: Failed): Promise<void> {
  const { heads, queue, apart, waiting, statistics } = state
  const accounts = batch === undefined ? [] : [...batch.decided.set.heads()].map(({ number }) => number)
  for (const account of accounts) heads.forget(account)
  if (isOvertaken(error)) statistics.conflicts += 1
  if (isCommitUnknown(error)) {
    for (const request of requests) waiting.fail(request, error)
    return
  }
  for (const request of requests) request.fault = error
  if (isOfTheServer(error)) {
    queue.unshift(...requests)
    if (state.pauseMs > 0) await sleep(Math.random() * state.pauseMs)
    state.pauseMs = Math.min(pauseMsMax, Math.max(pauseMsMin, state.pauseMs * 2))
    return
  }
  const moved = movedAccount(error)
  if (moved !== undefined || isDoubtful(error)) heads.doubt(moved === undefined ? accounts : [moved])
  for (const request of requests) request.failures += 1
  const [again, others] = isOvertaken(error) ? partition(requests) : [[], requests]
  queue.unshift(...again)
  for (const request of others) waiting.setApart(request)
  apart.add(others)
}

function partition(requests: readonly Waiting[]): readonly [again: Waiting[], apart: Waiting[]] {
  const again: Waiting[] = []
  const apart: Waiting[] = []
  for (const request of requests) (request.failures > failuresMax ? apart : again).push(request)
  return [again, apart]
}
