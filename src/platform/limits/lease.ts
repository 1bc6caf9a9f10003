/** `requests` in each window on average; unused ones accumulate up to `burst`. */
export type Rate = { readonly requests: number; readonly windowSeconds: number; readonly burst: number }

/** All processes share what has the same key. `name` is for clients: it names the policy in the headers. */
export type Meter = { readonly key: string; readonly name: string } & (
  | { readonly rate: Rate }
  | { readonly concurrency: number }
)

/** What a process asks of the database for a meter. */
export type Asked =
  | {
      readonly kind: 'rate'
      readonly key: string
      readonly rate: Rate
      readonly wanted: number
      readonly returned: number
    }
  | { readonly kind: 'slots'; readonly key: string; readonly max: number; readonly wanted: number }

/** `left`: in the database, for all processes. Of slots: `granted` is all that the process may use. */
export type Granted = { readonly granted: number; readonly left: number }

/** One process's part of a meter. Times are of a monotonic clock. */
export type Lease = {
  /** The meter has the same key, and may allow more or less than before. */
  readonly follow: (meter: Meter) => void
  /** Whether one more request may go on; undefined: only the database knows. */
  readonly look: (nowMs: number) => boolean | undefined
  /** One more request waits for the database's answer. */
  readonly want: () => void
  readonly take: (nowMs: number) => void
  /** The request has ended. */
  readonly leave: () => void
  readonly isLow: (nowMs: number) => boolean
  /** Undefined: nothing now. */
  readonly ask: (nowMs: number) => Asked | undefined
  readonly tell: (granted: Granted, nowMs: number) => void
  /** The database did not answer. */
  readonly miss: (nowMs: number) => void
  readonly retryAfterSeconds: (nowMs: number) => number
  /** The items of RateLimit-Policy and RateLimit. */
  readonly policy: string
  readonly state: (nowMs: number) => string
  /** Nothing is held, so it can be forgotten. */
  readonly isIdle: (nowMs: number) => boolean
}

/** Unused for this long, a lease is given back. */
export const idleMs = 2_000
/** All leases of a meter together are at most this part of it, or one for each process. */
const leasedPart = 10

/** What a process asks for ahead of its requests. */
export function leaseSize({ max, processes }: { readonly max: number; readonly processes: number }): number {
  return Math.max(1, Math.floor(max / (leasedPart * Math.max(1, processes))))
}
