import { setTimeout as sleep } from 'node:timers/promises'
import type { Uuid } from '#kernel'
import { isPast, requestAbandoned } from '../../deadlines/index.ts'
import { DatabaseFault, Fault } from '../../faults/index.ts'
import { newUuid } from '../../ids/index.ts'
import type { BurstAnswer, BurstStep } from '../burst.ts'
import { asLoggedIn, type Backend, startedText } from '../connections/backend.ts'
import type { Connection } from '../connections/connection.ts'
import type { Statement, Transaction } from '../transaction.ts'
import { epochChanged } from './epochs.ts'

/**
 * The only way to write in batches: a transaction that finds out whether it was committed. It sends only while `open`.
 * When the connection is lost or times out during the commit, the unit waits until its server process has ended. Then
 * it looks up its own row on another connection. A commit does not count until synchronous replicas have it.
 */
export type Unit = Transaction & {
  /**
   * Sends the last steps with the proof and COMMIT. Resolves once the commit is durable, without answers if it had to
   * be looked up. Throws a retryable Fault when not committed, and `commit_unknown` when no server answered. After an
   * error of a statement the unit is still open: it can be abandoned, or rolled back to a savepoint.
   */
  readonly commit: (steps?: readonly BurstStep[], proof?: Proof) => Promise<readonly BurstAnswer[]>
  /** Rolls back; never throws. Afterwards the unit sends nothing, not even queued steps. */
  readonly abandon: () => Promise<void>
  readonly state: () => 'open' | 'committed' | 'abandoned'
}

/** A unit's burst that ends with this step commits like `commit`, with the default proof. */
export const commitStep: BurstStep = { name: 'commit', text: 'commit' }

/** Finds a unit after a lost connection, by a row that only it writes. Without `write`, the unit's steps write it. */
export type Proof = {
  readonly write: BurstStep | undefined
  readonly find: BurstStep
  /** Set if the row is in platform.units. */
  readonly unit?: Uuid
}

/** `untilMs`: by the clock of `performance`. No statement begins after it, but the commit does. */
export type UnitLimits = { readonly untilMs?: number | undefined }

export type UnitOptions = UnitLimits & {
  /** The epoch that the unit was decided in. On a connection of another epoch it refuses to begin. */
  readonly epoch?: number
  readonly onCommitting?: () => void
}

/** `ask` uses another connection, to look up a unit that lost its own. */
export type UnitSource = {
  readonly open: () => Promise<Connection>
  readonly ask: <Value>(inquiry: (at: Connection) => Promise<Value>) => Promise<Value>
  readonly currentEpoch: () => number
  /** Throws while writes are not admitted. */
  readonly admit: (at: Connection) => Promise<void>
  readonly onCommitted?: (proof: Proof, epoch: number) => void
}

const beginStep: BurstStep = { name: 'begin', text: 'begin' }

/** The server ends a statement that is still running at the deadline, such as one that waits for a lock. */
function limitStep(untilMs: number): BurstStep {
  return {
    name: 'unit-limit',
    text: `select set_config('munim.statement_timeout', current_setting('statement_timeout'), true),
      set_config('statement_timeout', least($1::integer,
        nullif((extract(epoch from current_setting('statement_timeout')::interval) * 1000)::integer, 0))::text, true)`,
    values: [String(Math.max(1, Math.ceil(untilMs - performance.now())))],
  }
}

const unlimitStep: BurstStep = {
  name: 'unit-unlimit',
  text: `select set_config('statement_timeout', current_setting('munim.statement_timeout'), true)`,
}
const rollbackStep: BurstStep = { name: 'rollback', text: 'rollback' }

const inquiryMs = 60_000
const inquiryPauseMs = 50
const endPauseMs = 20

/** Begins a unit. It sends nothing before its first burst. */
export function beginUnit(source: UnitSource, { epoch, onCommitting, untilMs }: UnitOptions = {}): Unit {
  let state: 'open' | 'committed' | 'abandoned' = 'open'
  let at: Connection | undefined
  let last: Promise<unknown> = Promise.resolve()

  const requireOpen = () => {
    if (state !== 'open') throw ended(state)
  }
  const requireTime = () => {
    if (isPast(untilMs)) throw requestAbandoned()
  }
  const inOrder = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = last.then(() => {
      requireOpen()
      return work()
    })
    last = result.catch(() => undefined)
    return result
  }
  const send = async (steps: readonly BurstStep[]): Promise<readonly BurstAnswer[]> => {
    if (at !== undefined) return at.burst(steps)
    const opened = await source.open()
    requireOpen()
    if (opened.epoch !== source.currentEpoch() || (epoch !== undefined && epoch !== opened.epoch)) {
      state = 'abandoned'
      throw epochChanged()
    }
    await source.admit(opened)
    requireOpen()
    at = opened
    const first = untilMs === undefined ? [beginStep] : [beginStep, limitStep(untilMs)]
    return (await opened.burst([...first, ...steps])).slice(first.length)
  }
  const commit = async (steps: readonly BurstStep[], proof: Proof) => {
    onCommitting?.()
    const written = proof.write === undefined ? [] : [proof.write]
    // What is about to commit is finished.
    const before = untilMs === undefined ? [] : [unlimitStep]
    try {
      const answers = await send([...before, ...steps, ...written, commitStep])
      if (answers.at(-1)?.tag !== 'COMMIT') throw rolledBack()
      return answers.slice(before.length, before.length + steps.length)
    } catch (error) {
      if (at === undefined || !(error instanceof DatabaseFault && error.isCutOff)) throw error
      at.destroy('a commit was cut off')
      state = 'abandoned'
      if (!(await wasCommitted(source, at, proof))) throw error
      return []
    }
  }
  const commitInOrder = (steps: readonly BurstStep[], proof: Proof) =>
    inOrder(async () => {
      const isEmpty = at === undefined && steps.length === 0
      const answers = isEmpty ? [] : await commit(steps, proof)
      state = 'committed'
      if (at !== undefined) source.onCommitted?.(proof, at.epoch)
      return answers
    })

  return {
    query: <Row extends object>(statement: Statement) =>
      inOrder(async () => {
        requireTime()
        if (at === undefined) await send([])
        requireOpen()
        return at === undefined ? [] : at.query<Row>(statement)
      }),
    burst: (steps) =>
      steps.at(-1) === commitStep
        ? commitInOrder(steps.slice(0, -1), ownRow())
        : inOrder(() => {
            requireTime()
            return send(steps)
          }),
    commit: (steps = [], proof = ownRow()) => commitInOrder(steps, proof),
    abandon: async () => {
      if (state !== 'open') return
      state = 'abandoned'
      if (at === undefined || at.isClosed) return
      await at.burst([rollbackStep]).catch(() => at?.destroy('a transaction could not be rolled back'))
    },
    state: () => state,
  }
}

/** The default proof, for units without a row that is certainly their own: a row in platform.units, under a new id. */
export function ownRow(): Proof {
  const id = newUuid()
  return {
    unit: id,
    write: { name: 'unit-prove', text: 'insert into platform.units (id) values ($1::uuid)', values: [id] },
    find: { name: 'unit-find', text: 'select id from platform.units where id = $1::uuid', values: [id] },
  }
}

/** Retries until a server answers. Throws `commit_unknown` after {@link inquiryMs}. */
async function wasCommitted(source: UnitSource, lost: Connection, proof: Proof): Promise<boolean> {
  const until = performance.now() + inquiryMs
  for (;;) {
    try {
      return await source.ask(async (at) => {
        // On another server, the same process id is another process.
        if (at.epoch === lost.epoch) await endBackend(at, lost.backend, until)
        const [found] = await at.burst([proof.find])
        if (found === undefined || found.rows.length === 0) return false
        await replicate(at)
        return true
      })
    } catch (error) {
      if (!(error instanceof Fault && error.retryable)) throw error
      if (performance.now() > until) throw commitUnknown(error)
    }
    await sleep(inquiryPauseMs)
  }
}

const endStep: BurstStep = {
  name: 'end-backend',
  text: `select case when wait_event is distinct from 'SyncRep' then pg_terminate_backend(pid) end
    from pg_stat_activity where pid = $1::integer and ${startedText} = $2`,
}

/**
 * Ends the server process of a lost connection, which may still be committing. One that waits for synchronous replicas
 * has committed and is left alone: ending it would show a commit that the replicas may never have.
 */
async function endBackend(at: Connection, { pid, started }: Backend, until: number): Promise<void> {
  while (performance.now() < until) {
    const [, alive] = await at.burst([asLoggedIn, { ...endStep, values: [String(pid), started] }])
    if (alive === undefined || alive.rows.length === 0) return
    await sleep(endPauseMs)
  }
  throw new Fault({ code: 'database_unavailable', message: 'a lost connection would not end', retryable: true })
}

/** A server may show commits that its synchronous replicas lack. A new commit comes after these, and waits for them. */
async function replicate(at: Connection): Promise<void> {
  const { write } = ownRow()
  if (write !== undefined) await at.burst([write])
}

function ended(state: 'committed' | 'abandoned'): Fault {
  return state === 'committed'
    ? new Fault({ code: 'unit_committed', message: 'The unit has been committed already.', retryable: false })
    : new Fault({ code: 'unit_abandoned', message: 'The unit was rolled back before this was sent.', retryable: true })
}

function commitUnknown(cause: unknown): Fault {
  const message = 'Whether a batch was committed could not be found out: no server answered.'
  return new Fault({ code: 'commit_unknown', message, retryable: true, cause })
}

/** The server answers COMMIT with a rollback when an earlier statement failed. */
export function rolledBack(): DatabaseFault {
  const message = 'a statement of the transaction had failed, so it was rolled back'
  return new DatabaseFault(Object.assign(new Error(message), { code: '25P02' }))
}
