import type { LaneName, Message } from '../lanes.ts'

/** The messages of one kind in one lane. A batch is taken from one queue. */
export type QueueName = { readonly lane: LaneName; readonly kind: string }

export type TakenMessage = Message & {
  readonly tenant: number
  /** Time since the message was due. */
  readonly waitedMs: number
}

export type FoundTenant = QueueName & { readonly tenant: number; readonly book: number }
