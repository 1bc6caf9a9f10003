import type { Timestamp, Uuid } from '#kernel'
import type { BurstStep, Queryable, Transaction } from '#platform/postgres'

/** Most urgent first. `rollback` is always served first and never shed. */
export const laneNames = ['rollback', 'instant', 'standard', 'bulk'] as const
export type LaneName = (typeof laneNames)[number]

export const kindPattern = '^[a-z][a-z_.-]{0,79}$'

/** A message to enqueue. */
export type NewMessage = {
  readonly lane: LaneName
  /** `noun.verb`, such as `payment.input`. */
  readonly kind: string
  readonly book: number
  /** For fairness and ceilings; 0 for no vendor. */
  readonly vendor: number
  /** The id of the payment, saga or other entity that the message is about. */
  readonly subject: Uuid
  /** JSON text; default `{}`. */
  readonly payload?: string
  /** The message is not handled before this time. Default: at once. */
  readonly notBefore?: Timestamp
}

/** A message as its handler receives it. */
export type Message = {
  /** Ascends in the order of enqueueing. */
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
 * Handles messages of one kind. `handle` runs in the transaction that took the messages: its writes and their removal
 * commit together. A throw rolls everything back, and the batch is bisected. A retryable fault is retried with
 * back-off; any other error, or too many tries, makes a dead letter.
 * `last`, when given, commits: append it to the last burst to save a round trip, and do not use `tx` after that.
 * Returned work runs after the commit, and the messages keep their slots until it settles. A crash loses that work, so
 * enqueue or store in `tx` anything that must survive.
 */
export type Handler = {
  readonly kind: string
  /** Called before each batch. */
  readonly batchMax?: () => number
  /**
   * The work after the commit may wait long for others. The kind then has at most half of the reserve of its lane in
   * flight, so it never delays the other kinds.
   */
  readonly isSlow?: true
  readonly handle: (tx: Transaction, messages: readonly Message[], last?: BurstStep) => Promise<AfterCommit | void>
  /** The public id of a dead letter's subject. Without it, or when it returns undefined, the bare id is shown. */
  readonly nameSubject?: (message: { readonly subject: Uuid; readonly payload: unknown }) => string | undefined
  /** Runs in the transaction that stores dead letters. */
  readonly onDead?: (tx: Transaction, subjects: readonly DeadSubject[]) => Promise<void>
  /** Runs after each start, with the subjects of all open dead letters, locked: they may be older than `onDead`. */
  readonly onDeadFound?: (tx: Transaction, subjects: readonly DeadSubject[]) => Promise<void>
  /** Runs in the transaction of a replay, before it locks the dead letters: locks what the other functions change. */
  readonly beforeReplay?: (tx: Transaction, subjects: readonly DeadSubject[]) => Promise<void>
  /** Runs in the transaction of the replay, with the subjects that have no open dead letter of the kind left. */
  readonly onReplayed?: (tx: Transaction, subjects: readonly DeadSubject[]) => Promise<void>
}

export type DeadLetterHooks = Required<Pick<Handler, 'onDead' | 'onDeadFound' | 'beforeReplay' | 'onReplayed'>>

/** A subject with dead letters: messages that are not retried automatically. `payload` is that of one of them. */
export type DeadSubject = { readonly book: number; readonly subject: Uuid; readonly payload: string }

/** Selects the open dead letters of a book that match every given field. */
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

/** `hasMore`: `max` was reached, so more may match. */
export type Replayed = { readonly count: number; readonly hasMore: boolean }

/** Work outside any transaction. It handles its own failures and must not throw. `settled` frees slots early. */
export type AfterCommit = (settled: (messages: readonly Message[]) => void) => Promise<void>

export type VendorPolicy = {
  /** 0 means no vendor. */
  readonly number: number
  /** The lane of the vendor's work when the request names none. */
  readonly lane: LaneName
}

export type Lanes = {
  readonly enqueueSteps: (messages: readonly NewMessage[]) => BurstStep[]
  readonly enqueue: (tx: Transaction, messages: readonly NewMessage[]) => Promise<void>
  /** Called after a commit that enqueued, so that the messages need not wait for the next poll. */
  readonly wake: () => void
  /** Each kind has one handler, registered before `start`. */
  readonly register: (handler: Handler) => void
  /** Undefined when the book has no such vendor. Cached: a change takes effect within seconds. */
  readonly vendorPolicy: (on: Queryable, book: number, code: string) => Promise<VendorPolicy | undefined>
  readonly vendorPolicies: (
    on: Queryable,
    named: readonly { readonly book: number; readonly code: string }[],
  ) => Promise<(book: number, code: string) => VendorPolicy | undefined>
  /** What this process knows of the vendor's lane, without a look. It may be older than a change. */
  readonly knownLane: (book: number, code: string) => LaneName | undefined
  /**
   * Enqueues at most `max` open dead letters again, oldest first, and marks them as replayed. `by` is the key that
   * requested it, if any. Waits for letters that another transaction has locked. Never replays a discarded letter.
   */
  readonly replay: (
    tx: Transaction,
    filter: ReplayFilter,
    options: { readonly by?: Uuid; readonly max: number },
  ) => Promise<Replayed>
  /** Marks the subject's open dead letters of a kind as discarded. Lock first what `onDead` changes. */
  readonly discard: (
    tx: Transaction,
    letters: { readonly book: number; readonly subject: Uuid; readonly kind: string },
    by: Uuid,
  ) => Promise<void>
  /** Enqueues discarded dead letters again, because their work is wanted after all. */
  readonly replayDiscarded: (tx: Transaction, ids: readonly Uuid[]) => Promise<void>
  /** The public id of a message's subject, as its handler names it. */
  readonly nameSubject: (message: {
    readonly kind: string
    readonly subject: Uuid
    readonly payload: unknown
  }) => string | undefined
  readonly start: () => Promise<void>
  /** Takes no more messages, and waits at most `timeoutMs` for those in flight. */
  readonly stop: (timeoutMs: number) => Promise<void>
}
