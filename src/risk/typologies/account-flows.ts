import { Linked, type Timestamp } from '#kernel'
import type { Peak } from './peak.ts'
import { SortedSide } from './sorted-side.ts'

/** The first transfer after a long pause. */
export type Wake = {
  /** The last transfer before the pause. */
  readonly idleFrom: Timestamp
  readonly at: Timestamp
  /** The mean of the amounts before the pause. */
  readonly usual: bigint
}

/** One account in one asset: its kept transfers, and what is remembered of it for longer. */
export class AccountFlows extends Linked {
  readonly account: string
  readonly asset: string
  readonly firstAt: Timestamp
  readonly out = new SortedSide()
  readonly in = new SortedSide()
  lastAt: Timestamp
  wake: Wake | undefined
  /** By the id of a pattern of fans. */
  readonly peaks = new Map<string, Peak>()
  /** By the id of a pass-through pattern: when money last passed through. */
  readonly passedAt = new Map<string, Timestamp>()
  /** By the id of a pattern of clusters: the key of the account's cluster. */
  readonly clusters = new Map<string, string>()
  /** It is in the graph's list of accounts without kept transfers. */
  isIdle = false

  constructor(account: string, known: { readonly asset: string; readonly firstAt: Timestamp }) {
    super()
    this.account = account
    this.asset = known.asset
    this.firstAt = known.firstAt
    this.lastAt = known.firstAt
  }

  /** How many transfers are kept, in both directions. */
  get kept(): number {
    return this.out.kept + this.in.kept
  }

  /** Notes the time of a transfer, before the transfer is added. */
  touch({ at, pauseMin }: { readonly at: Timestamp; readonly pauseMin: number }): void {
    if (at - this.lastAt >= pauseMin) {
      const count = this.out.count + this.in.count
      const usual = count === 0 ? 0n : (this.out.total + this.in.total) / BigInt(count)
      this.wake = { idleFrom: this.lastAt, at, usual }
    } else if (this.wake !== undefined && at < this.wake.at && at > this.wake.idleFrom) {
      // A late transfer shows that the pause was shorter.
      this.wake = this.wake.at - at >= pauseMin ? { ...this.wake, idleFrom: at } : undefined
    }
    this.lastAt = Math.max(this.lastAt, at)
  }
}
