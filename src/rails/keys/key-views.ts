import type { Timestamp } from '#kernel'
import { type HealthPolicy, type HealthRow, healthyRow } from '../health-rules.ts'
import type { KeyHealth } from '../rail-parts.ts'
import { RailView, type Verdict } from '../rail-view.ts'

export type KeyAdmission =
  | {
      readonly ok: true
      /** Nothing was submitted. */
      readonly giveBack: () => void
      readonly record: (verdict: Verdict) => KeyRecorded
    }
  | { readonly ok: false; readonly why: string; readonly retryAt: Timestamp }

/** `isOwn`: the call does not count for the rail. `isTripped`: notify the other processes at once. */
export type KeyRecorded = { readonly isOwn: boolean; readonly isTripped: boolean }

export type KnownKey = { readonly rail: string; readonly key: string; readonly row: HealthRow; readonly now: Timestamp }

export type KeyEntry = {
  readonly key: string
  readonly view: RailView
  /** What the first process stores. */
  readonly fresh: HealthRow
  isStored: boolean
  recent: Recent
}

type Admitted = { readonly key: string; readonly book: number; readonly ticket: number | undefined }

/** Failures since a window began, and in the one before. */
type Recent = { readonly sinceMs: number; readonly count: number; readonly before: number }

/** Keys of a rail with a breaker of their own. Failures of others count for the rail alone. */
export const keysMax = 200

/**
 * One process's views of the keys of a rail, by the rules of the rail's own breaker. A key is known from its first
 * failure on. While the rail is up, calls of the key that fails most count for that key and not for the rail: a rail
 * is down when others fail as well.
 */
export class KeyViews {
  readonly rail: string
  readonly #policy: HealthPolicy
  readonly #now: () => Timestamp
  readonly #entries = new Map<string, KeyEntry>()

  constructor(rail: string, { policy, now }: { readonly policy: HealthPolicy; readonly now: () => Timestamp }) {
    this.rail = rail
    this.#policy = policy
    this.#now = now
  }

  admit({ key, book }: { readonly key: string; readonly book: number }): KeyAdmission {
    const view = this.#entries.get(key)?.view
    const admission = view?.admit(book)
    if (admission?.ok === false) {
      return { ok: false, why: `${key} behind the rail does not answer`, retryAt: admission.retryAt }
    }
    return {
      ok: true,
      giveBack: () => admission && view?.giveBack({ ticket: admission.ticket, book }),
      record: (verdict) => this.#record({ key, book, ticket: admission?.ticket }, verdict),
    }
  }

  health(): KeyHealth[] {
    return [...this.#entries.values()].flatMap(({ key, view }) => {
      const { state, since, retryAt } = view.health()
      return state === 'up' ? [] : [{ key, state, since, ...(retryAt !== undefined && { retryAt }) }]
    })
  }

  withNews(): KeyEntry[] {
    return [...this.#entries.values()].filter(({ view }) => view.hasNews())
  }

  entry(key: string): KeyEntry | undefined {
    return this.#entries.get(key)
  }

  /** A key that is stored no longer has been up for a while. */
  learn(stored: readonly KnownKey[]): void {
    for (const one of stored) {
      const entry = this.#entries.get(one.key) ?? this.#begin(one.key)
      entry.isStored = true
      entry.view.learn(one)
    }
    const keys = new Set(stored.map(({ key }) => key))
    for (const { key, isStored } of this.#entries.values()) if (isStored && !keys.has(key)) this.#entries.delete(key)
  }

  forget(key: string): void {
    this.#entries.delete(key)
  }

  #record({ key, book, ticket }: Admitted, verdict: Verdict): KeyRecorded {
    const hasRoom = verdict !== 'answered' && this.#entries.size < keysMax
    const entry = this.#entries.get(key) ?? (hasRoom ? this.#begin(key) : undefined)
    if (entry === undefined) return { isOwn: false, isTripped: false }
    if (verdict !== 'answered') entry.recent = this.#counted(entry.recent, 1)
    const current = ticket ?? currentTicket(entry.view, book)
    const isTripped = current !== undefined && entry.view.record({ ticket: current, book }, verdict)
    return { isTripped, isOwn: this.#worst() === entry }
  }

  #begin(key: string): KeyEntry {
    const now = this.#now()
    const view = new RailView(key, this.#policy.refusedMax)
    const fresh = healthyRow(now)
    view.learn({ row: fresh, now })
    const recent = { sinceMs: performance.now(), count: 0, before: 0 }
    const entry = { key, view, fresh, isStored: false, recent }
    this.#entries.set(key, entry)
    return entry
  }

  #worst(): KeyEntry | undefined {
    let worst: { readonly entry: KeyEntry; readonly failures: number } | undefined
    for (const entry of this.#entries.values()) {
      const { count, before } = this.#counted(entry.recent, 0)
      const failures = count + before
      if (failures > (worst?.failures ?? 0)) worst = { entry, failures }
    }
    return worst?.entry
  }

  #counted({ sinceMs, count, before }: Recent, more: number): Recent {
    const now = performance.now()
    const age = now - sinceMs
    if (age < this.#policy.windowMs) return { sinceMs, before, count: count + more }
    return { sinceMs: now, before: age < 2 * this.#policy.windowMs ? count : 0, count: more }
  }
}

/** For a call that was admitted before its key was known: its outcome counts while the key is up. */
function currentTicket(view: RailView, book: number): number | undefined {
  if (view.health().state !== 'up') return undefined
  const admission = view.admit(book)
  return admission.ok ? admission.ticket : undefined
}
