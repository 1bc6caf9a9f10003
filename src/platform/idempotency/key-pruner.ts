import type { Database } from '../postgres/index.ts'
import { deleteOldKeys } from './idempotency-store.ts'

const rowsPerStep = 1000
const intervalMs = 10 * 60_000

type KeyPruner = { readonly start: () => void; readonly stop: () => Promise<void> }

/**
 * Deletes the keys older than `keepDays` in the background: every ten minutes, oldest first, in steps of a
 * thousand rows, each its own transaction. A failed step is told to `onFault` and tried again
 * at the next turn.
 */
export function createKeyPruner(deps: {
  readonly database: Database
  /** How long an Idempotency-Key is remembered. */
  readonly keepDays: number
  /** Whether it can be believed that what the database's clock says to be old is so. */
  readonly isClockSettled: () => Promise<boolean>
  readonly onFault: (error: unknown) => void
}): KeyPruner {
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> | undefined
  let stopping = false

  const prune = async () => {
    let from: string | undefined
    if (!(await deps.isClockSettled())) return
    while (!stopping) {
      const pruned = await deleteOldKeys(deps.database, { ageDays: deps.keepDays, rowsMax: rowsPerStep, from })
      if (pruned.deleted < rowsPerStep) return
      from = pruned.until
    }
  }
  const takeTurn = () => {
    turn ??= prune()
      .catch(deps.onFault)
      .finally(() => {
        turn = undefined
      })
  }
  return {
    start: () => {
      timer = setInterval(takeTurn, intervalMs)
      timer.unref()
      takeTurn()
    },
    stop: async () => {
      stopping = true
      clearInterval(timer)
      await turn
    },
  }
}
