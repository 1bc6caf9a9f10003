import type { FlowGraph } from './flow-graph.ts'
import type { Pattern } from './pattern.ts'
import type { StoredTransfer } from './stored-transfer.ts'

/** Something that a pattern describes, closed by the latest transfer. */
export type Match = {
  /** The same for the same thing; unique within the pattern and the asset. */
  readonly key: string
  /** The accounts that it is about. */
  readonly subjects: readonly string[]
  readonly transfers: readonly StoredTransfer[]
  /** 0 for what is just enough, 1 for twice of it, and so on. */
  readonly excess: number
  readonly facts: Facts
  /** What happened, in sentences for people. */
  readonly explanation: string
}

export type Facts = Readonly<Record<string, string | number>>

/** How often a bound ended a search before its end. */
export type PatternCounts = { cutSearches: number; skippedHubs: number }

export type Search = { readonly graph: FlowGraph; readonly transfer: StoredTransfer; readonly counts: PatternCounts }

export type Finder = { readonly pattern: Pattern; readonly find: (search: Search) => readonly Match[] }

/** Transfers that a finder looks at on one side of one account: the latest ones of the window. */
export const transfersSeenMax = 1_000

export const microsPerSecond = 1_000_000

export const basis = 10_000

export function excessOf({ found, least }: { readonly found: number; readonly least: number }): number {
  return Math.max(0, found / least - 1)
}

export function totalOf(transfers: readonly StoredTransfer[]): bigint {
  return transfers.reduce((sum, { amount }) => sum + amount, 0n)
}
