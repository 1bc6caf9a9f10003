import { DatabaseFault } from '#platform/postgres'
import type { Locking } from './read-rows.ts'

/**
 * How rows are locked. They are waited for, since whoever has them is done within milliseconds. Once a wait
 * was in vain, somebody is frozen who has some: for a while, those that are locked are passed over, so that
 * the work on all others goes on.
 */
export type RowLocks = {
  readonly locking: () => Locking
  /** What a batch failed by. */
  readonly noteFailure: (error: unknown) => void
}

const skipMs = 10_000
const lockNotAvailable = '55P03'

export function createRowLocks(): RowLocks {
  let skipUntilMs = 0
  return {
    locking: () => (performance.now() < skipUntilMs ? 'skip locked' : 'wait'),
    noteFailure: (error) => {
      const cause = error instanceof DatabaseFault ? error.state : undefined
      if (cause === lockNotAvailable) skipUntilMs = performance.now() + skipMs
    },
  }
}
