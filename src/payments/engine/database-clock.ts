import type { Timestamp } from '#kernel'
import type { BurstAnswer, BurstStep } from '#platform/postgres'
import { nowExpression } from './row-text.ts'

export const nowStep: BurstStep = { name: 'payments-now', text: `select ${nowExpression}` }

/** What {@link nowStep} answered. */
export function readNow(answer: BurstAnswer | undefined): Timestamp {
  return Number(answer?.rows[0]?.[0])
}

/**
 * The database's time between two looks at it, for batches that need not ask for anything else: never
 * ahead of it, behind it by no more than the answer took, and never running backwards.
 */
export type DatabaseClock = {
  /** Undefined when it is too long since anybody looked. */
  readonly now: () => Timestamp | undefined
  /** What the database has just said. */
  readonly set: (now: Timestamp) => void
  readonly forget: () => void
}

/** Clocks drift apart: for so long a look is good. */
const goodMs = 10_000

export function createDatabaseClock(): DatabaseClock {
  let told: { readonly now: Timestamp; readonly atMs: number } | undefined
  const now = () => {
    if (told === undefined) return undefined
    const elapsedMs = performance.now() - told.atMs
    return elapsedMs > goodMs ? undefined : told.now + Math.floor(elapsedMs * 1000)
  }
  return {
    now,
    forget: () => {
      told = undefined
    },
    set: (said) => {
      const guess = now()
      if (guess === undefined || said > guess) told = { now: said, atMs: performance.now() }
    },
  }
}
