import type { BurstAnswer, BurstStep, Database, Queryable } from '#platform/postgres'
import type { MessageTable } from '../failures/replay-store.ts'
import type { Claim } from '../fairness/tenant-ring.ts'
import type { LaneName, NewMessage } from '../lanes.ts'
import type { Controls } from '../operating/control-store.ts'
import type { FoundTenant, QueueName, TakenMessage } from './taken-message.ts'

/** Steps for the unit of an effect, and the messages that its answers name, in the order of their ids. */
export type Take = {
  readonly steps: readonly BurstStep[]
  readonly taken: (answers: readonly BurstAnswer[]) => TakenMessage[]
}

/**
 * Messages on their way from the store to a handler. The steps are the first of the effect's unit: what they take is
 * handled by its commit, and by nobody else. Without steps there was nothing to take.
 */
export type Taking = Take & {
  /** The same messages in another unit, after the first one lost its connection. */
  readonly again: (messages: readonly TakenMessage[]) => Take
  /** Called after the commit. */
  readonly settled: () => void
  /** Nothing was committed. */
  readonly returned: () => void
}

/** What an engine tells the dispatcher. */
export type Intake = {
  readonly queues: () => readonly QueueName[]
  /** The tenants have messages to take. */
  readonly found: (tenants: readonly FoundTenant[]) => void
  /** This process has enqueued the message; it is there when `wake` is called. */
  readonly expect: (message: NewMessage, nowMs: number) => void
  readonly wake: () => void
}

/** Records that a process has read and not committed, or is still to read. Their messages are in the table. */
export type Underway = { readonly messages: number; readonly oldestMs: number }

/** What this process cannot read or write of a lane at present, in partitions, and what it found lost. */
export type Unreached = { readonly unread: number; readonly unwritten: number; readonly lost: number }

/**
 * How messages are stored, and how they come to a process that handles them. All else is the same for every engine:
 * policies, fairness, handlers, breakers, retries, dead letters and scaling. Failed messages wait in `lanes.later`.
 */
export type LaneEngine = {
  readonly name: 'postgres' | 'kafka'
  /** Holds enqueued messages: those of a replay are inserted here. */
  readonly table: MessageTable
  readonly enqueueSteps: (messages: readonly NewMessage[]) => BurstStep[]
  readonly wake: () => void
  readonly take: (queue: QueueName, claim: Claim) => Taking
  /** Keeps messages that were taken and not handled, in the transaction that took them. */
  readonly putBack: (tx: Queryable, messages: readonly TakenMessage[]) => Promise<void>
  readonly apply: (controls: Controls) => void
  readonly underway: (lane: LaneName) => Underway
  /** Records that came without a message that waits, in this process. */
  readonly passed: (lane: LaneName) => number
  readonly unreached: (lane: LaneName) => Unreached
  /** More processes than this have nothing to take. Undefined: all are useful. */
  readonly workersMax: () => number | undefined
  readonly start: (intake: Intake) => Promise<void>
  /** Takes no more messages. Those in flight may still be settled. */
  readonly stop: () => Promise<void>
  /** Called when no message is in flight any more. */
  readonly close: () => Promise<void>
  /** What it cannot reach besides the database, in sentences, as far as it is known. Does not wait. */
  readonly lacks: () => readonly string[]
}

export type EngineDependencies = {
  readonly database: Database
  readonly onFault: (error: unknown) => void
  readonly lookIntervalMs: number
}

/** Chooses how messages travel. The default is PostgreSQL alone. */
export type OpenEngine = (deps: EngineDependencies) => LaneEngine
