import type { Timestamp } from '#kernel'
import type { RailHealth } from './rail.ts'

/** A part of a rail, such as one bank behind it, for which nothing or little is submitted now. */
export type KeyHealth = Omit<RailHealth, 'rail'> & { readonly key: string }

/**
 * A rail announces that it is away, or the part of it that `key` names. The latest report of an `id` counts. Without
 * `endsAt` it ends an hour after the report. When it is over early, or called off, `endsAt` is the time of that.
 */
export type RailMaintenance = {
  readonly id: string
  readonly key?: string
  readonly startsAt: Timestamp
  readonly endsAt?: Timestamp
  readonly reportedAt: Timestamp
}
