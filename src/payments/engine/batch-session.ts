import { Fault } from '#platform/faults'
import type { BurstStep, Database, Session } from '#platform/postgres'

/**
 * A connection of one's own for one transaction after another, which carries BEGIN and COMMIT along
 * with the statements: two round trips less for each.
 */
export type BatchSession = {
  /** Runs `work`, which sends `begin` with its first burst and `commit` with its last; rolls back when it throws. */
  readonly run: <Value>(work: (session: Session) => Promise<Value>) => Promise<Value>
  readonly close: () => Promise<void>
}

export const begin: BurstStep = { name: 'payments-begin', text: 'begin' }
export const commit: BurstStep = { name: 'payments-commit', text: 'commit' }
const rollback: BurstStep = { name: 'payments-rollback', text: 'rollback' }

export function createBatchSession(database: Database, purpose: string): BatchSession {
  let session: Session | undefined
  let ended = false
  const open = async () => {
    if (session !== undefined && !session.closed()) return session
    if (ended) throw new Fault({ code: 'payments_stopped', message: 'payments have been stopped', retryable: false })
    session = await database.session(purpose)
    return session
  }
  return {
    run: async (work) => {
      const at = await open()
      try {
        return await work(at)
      } catch (error) {
        if (!at.closed()) await at.burst([rollback]).catch(() => at.close().catch(() => undefined))
        throw error
      }
    },
    close: async () => {
      ended = true
      if (session !== undefined && !session.closed()) await session.close()
    },
  }
}
