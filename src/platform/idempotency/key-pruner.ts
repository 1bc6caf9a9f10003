import { createPeriodic } from '../background/index.ts'
import type { Database } from '../postgres/index.ts'
import { deleteOldKeys } from './idempotency-store.ts'

const rowsPerStep = 1000
const intervalMs = 10 * 60_000

type KeyPruner = { readonly start: () => void; readonly stop: () => Promise<void> }

/** Deletes old keys in the background, in small transactions. A failed step is retried in the next round. */
export function createKeyPruner(deps: {
  readonly database: Database
  readonly keepDays: number
  readonly isClockSettled: () => Promise<boolean>
  readonly onFault: (error: unknown) => void
}): KeyPruner {
  const { database, keepDays, isClockSettled, onFault } = deps
  const prune = async (isStopping: () => boolean) => {
    let from: string | undefined
    if (!(await isClockSettled())) return undefined
    while (!isStopping()) {
      const pruned = await deleteOldKeys(database, { ageDays: keepDays, rowsMax: rowsPerStep, from })
      if (pruned.deleted < rowsPerStep) break
      from = pruned.until
    }
    return undefined
  }
  const { start, stop } = createPeriodic({ name: 'forgetting old keys', restMs: intervalMs, work: prune, onFault })
  return { start: () => start({ isAtOnce: true }), stop }
}
