import { DatabaseFault } from '#platform/postgres'
import type { Locking } from '../rows/read-rows.ts'

/** Lock holders end within milliseconds. After a wait timed out, locked rows are skipped, so other work goes on. */
export type RowLocks = {
  readonly locking: () => Locking
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
