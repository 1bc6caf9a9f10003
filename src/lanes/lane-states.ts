import type { Queryable } from '#platform/postgres'
import { type LaneState, readLaneStates } from './lane-read-model.ts'

/** The state of the lanes for whoever asks: counted once for all who ask within a moment. */
export type LaneStates = {
  readonly read: () => Promise<LaneState[]>
  /** Something was set; the next who asks is to see it. */
  readonly forget: () => void
}

const ageMsMax = 1_000
/** Counting a long queue takes long: no more than this part of the time goes to it, however often it is asked for. */
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
