import { DatabaseFault } from '../faults/index.ts'

const deadlockDetected = '40P01'
const repeatsMax = 3

/**
 * Repeats a transaction that PostgreSQL ended as the victim of a deadlock. The other transaction goes on then, so a
 * repetition waits for it. `work` must be one transaction: all of it is rolled back.
 */
export async function repeatDeadlocked<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await work()
    } catch (error) {
      const isVictim = error instanceof DatabaseFault && error.state === deadlockDetected
      if (!isVictim || repeats >= repeatsMax) throw error
    }
  }
}
