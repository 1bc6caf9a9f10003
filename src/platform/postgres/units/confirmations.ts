import type { Database } from '../database.ts'

/** Remembers the latest confirmed commits, and reports those that a server of another epoch lacks. */
export type Confirmations<One> = {
  readonly note: (one: One, epoch: number) => void
  readonly stop: () => Promise<void>
}

export type ConfirmationRules<One> = {
  readonly findLost: (database: Database, confirmed: readonly One[]) => Promise<readonly One[]>
  /** `known` is the number of remembered ones. */
  readonly onLost: (lost: readonly One[], known: number) => void
}

/** More than a process commits while a standby may be behind. */
const rememberedMax = 4_096
/** A server lacks only recent commits. The proofs of older ones may have been dropped. */
const rememberedMs = 3_600_000
const pauseMs = 500

type Remembered<One> = { readonly one: One; readonly atMs: number }

export function createConfirmations<One>(
  database: Database,
  { findLost, onLost }: ConfirmationRules<One>,
): Confirmations<One> {
  let remembered: Remembered<One>[] = []
  let checking: Promise<void> | undefined
  let isWanted = false
  let isStopped = false

  const check = async () => {
    while (isWanted && !isStopped) {
      isWanted = false
      const since = performance.now() - rememberedMs
      const known = remembered.filter(({ atMs }) => atMs > since)
      remembered = []
      const confirmed = known.map(({ one }) => one)
      try {
        const lost = confirmed.length === 0 ? [] : await findLost(database, confirmed)
        if (lost.length > 0) onLost(lost, confirmed.length)
      } catch {
        remembered = [...known, ...remembered]
        isWanted = true
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }
  const want = () => {
    isWanted = true
    checking ??= check().finally(() => {
      checking = undefined
      if (isWanted && !isStopped) want()
    })
  }
  const takeBack = database.onNewEpoch(want)

  return {
    note: (one, epoch) => {
      remembered.push({ one, atMs: performance.now() })
      if (remembered.length > 2 * rememberedMax) remembered = remembered.slice(-rememberedMax)
      // Confirmed by a server that was no longer the current one.
      if (epoch !== database.epoch()) want()
    },
    stop: async () => {
      isStopped = true
      takeBack()
      await checking
    },
  }
}
