import type { Timestamp, Uuid } from '#kernel'
import type { BurstStep, Queryable, Transaction } from '#platform/postgres'

/** The lanes, the most urgent first. `rollback` is always served first and never shed. */
export const laneNames = ['rollback', 'instant', 'standard', 'bulk'] as const
export type LaneName = (typeof laneNames)[number]

/** The form of a kind: `payment.input`. */
export const kindPattern = '^[a-z][a-z_.-]{0,79}$'

/** Work to be done by the handler of its kind. */
export type NewMessage = {
  readonly lane: LaneName
  /** `noun.verb`; the name of the handler. */
  readonly kind: string
  readonly book: number
  /** Whose work it is, for fairness and ceilings: a vendor's number, 0 for nobody's. */
  readonly vendor: number
  /** What the message is about: the id of a payment, a saga, … */
  readonly subject: Uuid
  /** JSON text; default `{}`. */
  readonly payload?: string
  /** Not to be handled before this moment: a timer. Default: at once. */
  readonly notBefore?: Timestamp
}

/** A message as its handler gets it. */
export type Message = {
  /** Its place in the order of enqueueing. */
  readonly id: bigint
  readonly lane: LaneName
  readonly kind: string
  readonly book: number
  readonly vendor: number
  readonly subject: Uuid
  readonly payload: string
  /** Failed tries before this one. */
  readonly attempts: number
  readonly enqueuedAt: Timestamp
}

/**
 * Handles messages of one kind. `handle` works in the transaction in which the messages were taken:
 * what it writes and their being done commit together. When it throws, nothing of it happened; the
 * batch is bisected to find the message at fault, which is tried again with back-off (a retryable
 * fault) or becomes a dead letter (anything else, or too many tries).
 *
 * `last`, when it is given, commits: the handler may append it to its last burst, which saves a round
 * trip, and asks nothing of `tx` after it.
 *
 * It may return work for after the commit, such as calling a rail. The messages keep their slots
 * until that has settled; a crash loses it, so whatever must survive is enqueued or stored in `tx`.
 */
export type Handler = {
  readonly kind: string
  /** The most messages of one call; default 256. */
  readonly batchMax?: number
  readonly handle: (tx: Transaction, messages: readonly Message[], last?: BurstStep) => Promise<AfterCommit | void>
  /**
   * Told of messages that became dead letters, in the transaction in which they did; and at a start once
   * more of all that wait for somebody, so it must do no harm to hear of one twice.
   */
  readonly onDead?: (tx: Transaction, dead: readonly DeadMessage[]) => Promise<void>
  /** Told, in the transaction of the replay, of subjects that have no dead letter of the kind any more. */
  readonly onReplayed?: (tx: Transaction, replayed: readonly ReplayedSubject[]) => Promise<void>
}

/** A message that is not tried again by itself. */
export type DeadMessage = {
  /** The dead letter's own id. */
  readonly id: Uuid
  readonly book: number
  readonly subject: Uuid
  readonly payload: string
  readonly attempts: number
  /** Of the failure. */
  readonly code: string
  readonly reason: string
  readonly diedAt: Timestamp
}

/** `payload`: of the dead letter, or of one of several. */
export type ReplayedSubject = { readonly book: number; readonly subject: Uuid; readonly payload: string }

/** Which dead letters of a book: all that match what is given and were not replayed yet. */
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
 * Work outside any transaction. Must not throw; what fails is the handler's own business. It may say
 * of single messages that theirs is `settled` while others' goes on: their slots are free from then.
 */
export type AfterCommit = (settled: (messages: readonly Message[]) => void) => Promise<void>

/** What a vendor's work is entitled to. */
export type VendorPolicy = {
  /** 0 stands for no vendor. */
  readonly number: number
  /** The lane of the vendor's work when the request names none. */
  readonly lane: LaneName
}

/** The door of the lanes. */
export type Lanes = {
  /** The steps that enqueue messages as part of a burst of the caller's transaction; none for no messages. */
  readonly enqueueSteps: (messages: readonly NewMessage[]) => BurstStep[]
  /** Enqueues in the caller's transaction. */
  readonly enqueue: (tx: Transaction, messages: readonly NewMessage[]) => Promise<void>
  /** To be called after a commit that enqueued: saves waiting for the next look at the queue. */
  readonly wake: () => void
  /** Before `start`: the one handler of a kind. */
  readonly register: (handler: Handler) => void
  /**
   * The policy of a vendor by its code; cached, a change takes effect within seconds. Undefined: there
   * is no such vendor in the book.
   */
  readonly vendorPolicy: (on: Queryable, book: number, code: string) => Promise<VendorPolicy | undefined>
  /** The same of many, asked for at once. */
  readonly vendorPolicies: (
    on: Queryable,
    named: readonly { readonly book: number; readonly code: string }[],
  ) => Promise<(book: number, code: string) => VendorPolicy | undefined>
  /**
   * Enqueues dead letters again in the caller's transaction, the oldest first, at most `max`, and marks them;
   * answers how many. `by`: the key that asked for it. Those that somebody else is replaying are passed over.
   */
  readonly replay: (
    tx: Transaction,
    filter: ReplayFilter,
    options: { readonly by: Uuid; readonly max: number },
  ) => Promise<number>
  readonly start: () => Promise<void>
  /** Takes no more messages and waits for those under way, at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>
}
