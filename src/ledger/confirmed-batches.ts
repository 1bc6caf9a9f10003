import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { type BatchIdentity, findMissingBatches } from './batch-store.ts'

/** Batches that were confirmed to their callers and are not on the server that connections reach now. */
export class LostBatches extends Fault {
  override readonly name = 'LostBatches'
  readonly batches: number
  readonly commands: number

  constructor(lost: readonly ConfirmedBatch[], known: number) {
    const commands = lost.reduce((sum, batch) => sum + batch.commands, 0)
    super({
      code: 'ledger_batches_lost',
      message: `${lost.length} of the last ${known} batches of the ledger that were confirmed, with ${commands} commands, from position ${lost[0]?.position} on, are not on the server that the database's address leads to now. It lacks what the one before had committed: a standby that was behind was promoted, or a backup restored. Compare with what clients and rails were told since.`,
      retryable: false,
    })
    this.batches = lost.length
    this.commands = commands
  }
}

export type ConfirmedBatch = BatchIdentity & { readonly commands: number }

/** Remembers what was confirmed last, and tells `onFault` what of it a server of another epoch lacks. */
export type ConfirmedBatches = {
  readonly note: (batch: ConfirmedBatch, epoch: number) => void
  readonly stop: () => Promise<void>
}

/** More than the writer commits while a standby may be behind. */
const rememberedMax = 4_096
const pauseMs = 500

export function createConfirmedBatches(database: Database, onFault: (fault: Error) => void): ConfirmedBatches {
  let remembered: ConfirmedBatch[] = []
  let checking: Promise<void> | undefined
  let isWanted = false
  let isStopped = false

  const check = async () => {
    while (isWanted && !isStopped) {
      isWanted = false
      const batches = remembered
      remembered = []
      try {
        const missing = new Set(batches.length === 0 ? [] : await findMissingBatches(database, batches))
        const lost = batches.filter(({ position }) => missing.has(position))
        if (lost.length > 0) onFault(new LostBatches(lost, batches.length))
      } catch {
        remembered = [...batches, ...remembered]
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
    note: (batch, epoch) => {
      remembered.push(batch)
      if (remembered.length > 2 * rememberedMax) remembered = remembered.slice(-rememberedMax)
      // Confirmed by a server that was no longer the one by then.
      if (epoch !== database.epoch()) want()
    },
    stop: async () => {
      isStopped = true
      takeBack()
      await checking
    },
  }
}
