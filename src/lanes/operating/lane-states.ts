import type { Queryable } from '#platform/postgres'
import { type LaneState, readLaneStates } from './lane-read-model.ts'

/** Requests within a short time share one count. */
export type LaneStates = {
  readonly read: () => Promise<LaneState[]>
  readonly forget: () => void
}

const ageMsMax = 1_000
/** Counting a long queue is slow: it uses at most this fraction of the time, however many requests there are. */
const busyMax = 0.05

export function createLaneStates(queryable: Queryable): LaneStates {
  let known: Promise<LaneState[]> | undefined
  let untilMs = 0
  const count = async () => {
    const begun = performance.now()
    untilMs = Number.POSITIVE_INFINITY
    const mine = readLaneStates(queryable)
    known = mine
    try {
      return await mine
    } finally {
      const now = performance.now()
      if (known === mine) untilMs = now + Math.max(ageMsMax, (now - begun) / busyMax)
    }
  }
  return {
    read: async () => {
      if (known !== undefined && performance.now() < untilMs) return known
      return count()
    },
    forget: () => {
      known = undefined
    },
  }
}
