import type { Timestamp, Uuid } from '#kernel'
import type { BurstStep, Queryable, Transaction } from '#platform/postgres'

/** The lanes, most urgent first. `rollback` is always served first and never shed. */
export const laneNames = ['rollback', 'instant', 'standard', 'bulk'] as const
export type LaneName = (typeof laneNames)[number]

/** The form of a kind, such as `payment.input`. */
export const kindPattern = '^[a-z][a-z_.-]{0,79}$'

/** A message to enqueue, for the handler of its kind. */
export type NewMessage = {
  readonly lane: LaneName
  /** `noun.verb`; names the handler. */
  readonly kind: string
  readonly book: number
  /** The vendor's number, for fairness and ceilings; 0 for no vendor. */
  readonly vendor: number
  /** The id of the payment, saga or other thing that the message is about. */
  readonly subject: Uuid
  /** JSON text; default `{}`. */
  readonly payload?: string
  /** The message is not handled before this moment: a timer. Default: at once. */
  readonly notBefore?: Timestamp
}

/** A message as its handler gets it. */
export type Message = {
  /** Its position in the order of enqueueing. */
  readonly id: bigint
  readonly lane: LaneName
  readonly kind: string
  readonly book: number
  readonly vendor: number
  readonly subject: Uuid
  readonly payload: string
  readonly attempts: number
  readonly enqueuedAt: Timestamp
}

/**
 * Handles messages of one kind. `handle` runs in the transaction that took the messages: its writes and the removal of
 * the messages commit together. When it throws, everything is rolled back and the batch is bisected to find the
 * messages at fault. A retryable fault is retried with back-off; any other error, or too many tries, makes a dead
 * letter.
 *
 * `last`, when given, commits: the handler may append it to its last burst, which saves a round trip. It must not use
 * `tx` after that.
 *
 * The handler may return work for after the commit, such as a call of a rail. The messages keep their slots until that
 * work has settled. A crash loses the work, so anything that must survive is enqueued or stored in `tx`.
 */
export type Handler = {
  readonly kind: string
  /** The most messages of one call; default 256. */
  readonly batchMax?: number
  readonly handle: (tx: Transaction, messages: readonly Message[], last?: BurstStep) => Promise<AfterCommit | void>
  /**
   * Called with messages that became dead letters, in the same transaction. At each start it is called again with all
   * open dead letters, so it must be idempotent.
   */
  readonly onDead?: (tx: Transaction, dead: readonly DeadMessage[]) => Promise<void>
  /** Called, in the transaction of the replay, with the subjects that have no dead letter of the kind left. */
  readonly onReplayed?: (tx: Transaction, replayed: readonly ReplayedSubject[]) => Promise<void>
}

/** A message that is not tried again automatically. */
export type DeadMessage = {
  readonly id: Uuid
  readonly book: number
  readonly subject: Uuid
  readonly payload: string
  readonly attempts: number
  readonly code: string
  readonly reason: string
  readonly diedAt: Timestamp
}

/** `payload` is that of the dead letter, or of one of several. */
export type ReplayedSubject = { readonly book: number; readonly subject: Uuid; readonly payload: string }

/** Selects the dead letters of a book that match every given field and were not replayed yet. */
export type ReplayFilter = {
  readonly book: number
  readonly id?: Uuid
  readonly lane?: LaneName | undefined
  readonly kind?: string | undefined
  readonly vendor?: string | undefined
  readonly code?: string | undefined
  readonly cause?: 'permanent' | 'exhausted' | undefined
  readonly subject?: Uuid
}

/**
 * Work outside any transaction. It must not throw; the handler deals with its own failures. It may call `settled` for
 * single messages while others go on: that frees their slots.
 */
export type AfterCommit = (settled: (messages: readonly Message[]) => void) => Promise<void>

export type VendorPolicy = {
  /** 0 means no vendor. */
  readonly number: number
  /** The lane of the vendor's work when the request names none. */
  readonly lane: LaneName
}

/** The public interface of the lanes. */
export type Lanes = {
  /** The steps that enqueue messages as part of a burst of the caller's transaction; none for no messages. */
  readonly enqueueSteps: (messages: readonly NewMessage[]) => BurstStep[]
  readonly enqueue: (tx: Transaction, messages: readonly NewMessage[]) => Promise<void>
  /** Called after a commit that enqueued: the messages need not wait for the next poll. */
  readonly wake: () => void
  /** Registers the one handler of a kind, before `start`. */
  readonly register: (handler: Handler) => void
  /**
   * The policy of a vendor by its code; undefined when the book has no such vendor. It is cached: a change takes effect
   * within seconds.
   */
  readonly vendorPolicy: (on: Queryable, book: number, code: string) => Promise<VendorPolicy | undefined>
  /** The same for many vendors in one query. */
  readonly vendorPolicies: (
    on: Queryable,
    named: readonly { readonly book: number; readonly code: string }[],
  ) => Promise<(book: number, code: string) => VendorPolicy | undefined>
  /**
   * Enqueues dead letters again in the caller's transaction, oldest first, at most `max`, and marks them as replayed.
   * Returns their number. `by` is the key that asked for it, if one did. Letters that another transaction is replaying
   * are skipped.
   */
  readonly replay: (
    tx: Transaction,
    filter: ReplayFilter,
    options: { readonly by?: Uuid; readonly max: number },
  ) => Promise<number>
  readonly start: () => Promise<void>
  /** Takes no more messages, and waits at most `timeoutMs` for those in flight. */
  readonly stop: (timeoutMs: number) => Promise<void>
}
