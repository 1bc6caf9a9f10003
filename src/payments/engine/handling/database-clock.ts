import type { Timestamp } from '#kernel'
import type { BurstAnswer, BurstStep } from '#platform/postgres'
import { nowExpression } from '../rows/row-text.ts'

export const nowStep: BurstStep = { name: 'payments-now', text: `select ${nowExpression}` }

export function readNow(answer: BurstAnswer | undefined): Timestamp {
  return Number(answer?.rows[0]?.[0])
}

/** An estimate of the database's time: never ahead, behind by at most an answer's travel time, never backward. */
export type DatabaseClock = {
  /** Undefined when the last reading is too old. */
  readonly now: () => Timestamp | undefined
  readonly set: (now: Timestamp) => void
  readonly forget: () => void
}

/** How long a reading is used: clocks drift apart. */
const goodMs = 10_000

export function createDatabaseClock(): DatabaseClock {
  let reported: { readonly now: Timestamp; readonly atMs: number } | undefined
  const now = () => {
    if (reported === undefined) return undefined
    const elapsedMs = performance.now() - reported.atMs
    return elapsedMs > goodMs ? undefined : reported.now + Math.floor(elapsedMs * 1000)
  }
  return {
    now,
    forget: () => {
      reported = undefined
    },
    set: (said) => {
      const guess = now()
      if (guess === undefined || said > guess) reported = { now: said, atMs: performance.now() }
    },
  }
}
