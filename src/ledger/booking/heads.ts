import { BoundedCache } from '#kernel'
import type { Head } from '../transfers/working-set.ts'

/** Per generation of two. A head takes about 250 bytes. */
const headsMax = 100_000
/** How long a moved account is not trusted. The time doubles when it moves again within `soonMs`. */
const doubtMsMin = 2_000
const doubtMsMax = 60_000
const soonMs = 1_000
/** After a lock timeout, do not wait for the account during this time. */
const keptLockedMs = 1_000
const thinMs = 100

type Doubt = { readonly untilMs: number; readonly forMs: number }
type Postings = { underWay: number; untilMs: number }

/**
 * The heads that this process last saw committed, and the contended accounts, in one epoch of the database. A head may
 * be stale: rows decided on it violate the primary key of the entries. The writer then doubts the account and reads it
 * under locks.
 */
export class Heads {
  readonly #heads = new BoundedCache<number, Head>(headsMax)
  readonly #doubts = new Map<number, Doubt>()
  readonly #postings = new Map<number, Postings>()
  readonly #keptLocked = new Map<number, number>()
  #thinnedMs = 0

  get(account: number): Head | undefined {
    return this.#doubts.size > 0 && this.#isDoubted(account) ? undefined : this.#heads.get(account)
  }

  set(head: Head): void {
    this.#heads.set(head.number, head)
  }

  forget(account: number): void {
    this.#heads.delete(account)
  }

  /** Another writer may have moved these accounts. For a while they are read, and written under locks. */
  doubt(accounts: Iterable<number>): void {
    const now = performance.now()
    for (const account of accounts) {
      this.#heads.delete(account)
      const before = this.#doubts.get(account)
      if (before !== undefined && now < before.untilMs) continue
      const again = before !== undefined && now - before.untilMs < soonMs
      const forMs = again ? Math.min(doubtMsMax, before.forMs * 2) : doubtMsMin
      this.#doubts.set(account, { untilMs: now + forMs, forMs })
    }
  }

  beginPosting(accounts: readonly number[]): void {
    for (const account of accounts) {
      const postings = this.#postings.get(account)
      if (postings === undefined) this.#postings.set(account, { underWay: 1, untilMs: 0 })
      else postings.underWay += 1
    }
  }

  endPosting(accounts: readonly number[], expectMs: number): void {
    const untilMs = performance.now() + expectMs
    for (const account of accounts) {
      const postings = this.#postings.get(account)
      if (postings === undefined) continue
      postings.underWay -= 1
      postings.untilMs = Math.max(postings.untilMs, untilMs)
      if (expectMs === 0 && postings.underWay === 0 && postings.untilMs <= untilMs) this.#postings.delete(account)
    }
  }

  /** True when the account must be written under a row lock. */
  readonly isContended = (account: number): boolean => {
    const postings = this.#postings.get(account)
    if (postings !== undefined && (postings.underWay > 0 || postings.untilMs > performance.now())) return true
    return this.#isDoubted(account)
  }

  get hasContention(): boolean {
    if (this.#postings.size === 0 && this.#doubts.size === 0) return false
    this.#thin()
    return this.#postings.size > 0 || this.#doubts.size > 0
  }

  noteKeptLocked(account: number): void {
    this.#keptLocked.set(account, performance.now() + keptLockedMs)
  }

  isKeptLocked(account: number): boolean {
    return (this.#keptLocked.get(account) ?? 0) > performance.now()
  }

  clear(): void {
    this.#heads.clear()
    this.#doubts.clear()
    this.#keptLocked.clear()
  }

  #isDoubted(account: number): boolean {
    const doubt = this.#doubts.get(account)
    return doubt !== undefined && performance.now() < doubt.untilMs
  }

  #thin(): void {
    const now = performance.now()
    if (now - this.#thinnedMs < thinMs) return
    this.#thinnedMs = now
    drop(this.#postings, ({ underWay, untilMs }) => underWay === 0 && untilMs <= now)
    drop(this.#doubts, ({ untilMs }) => untilMs + soonMs <= now)
    drop(this.#keptLocked, (untilMs) => untilMs <= now)
  }
}

function drop<Value>(remarks: Map<number, Value>, isOver: (value: Value) => boolean): void {
  for (const [account, value] of remarks) if (isOver(value)) remarks.delete(account)
}
