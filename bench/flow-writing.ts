import type { FlowTransfer } from '#risk'
import type { Random } from '../scripts/random.ts'

export const day = 86_400_000_000
export const hour = day / 24

/** A laundering scheme that was put among the traffic. */
export type Scheme = {
  readonly kind: string
  /** The accounts that a finding should be about. */
  readonly subjects: readonly string[]
  readonly accounts: readonly string[]
  readonly transfers: readonly FlowTransfer[]
}

export type Traffic = { readonly transfers: readonly FlowTransfer[]; readonly schemes: readonly Scheme[] }

/** Collects transfers; ids are given once all are in order of time. */
export type Writing = {
  readonly random: Random
  readonly days: number
  readonly people: readonly string[]
  readonly pay: (way: readonly [string, string], spot: { readonly at: number; readonly cents: number }) => FlowTransfer
}
