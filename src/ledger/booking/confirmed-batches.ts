import { Fault } from '#platform/faults'
import { type Confirmations, createConfirmations, type Database } from '#platform/postgres'
import { type BatchIdentity, findMissingBatches } from './batch-store.ts'

/** Confirmed batches are missing on the current server. */
export class LostBatches extends Fault {
  override readonly name = 'LostBatches'
  readonly batches: number
  readonly commands: number

  constructor(lost: readonly ConfirmedBatch[], known: number) {
    const commands = lost.reduce((sum, batch) => sum + batch.commands, 0)
    super({
      code: 'ledger_batches_lost',
      message: `${lost.length} of the last ${known} batches of the ledger that were confirmed, with ${commands} commands, from position ${lost[0]?.position} on, are not on the server that the database's address leads to now. It lacks what the one before had committed: a standby that was behind was promoted, or a backup restored. Compare with the answers that clients and rails have received since.`,
      retryable: false,
    })
    this.batches = lost.length
    this.commands = commands
  }
}

export type ConfirmedBatch = BatchIdentity & { readonly commands: number }

export type ConfirmedBatches = Confirmations<ConfirmedBatch>

/** After a change of epoch, reports confirmed batches that are missing on the new server. */
export function createConfirmedBatches(database: Database, onFault: (fault: Error) => void): ConfirmedBatches {
  return createConfirmations(database, {
    findLost: async (on, batches) => {
      const missing = new Set(await findMissingBatches(on, batches))
      return batches.filter(({ position }) => missing.has(position))
    },
    onLost: (lost, known) => onFault(new LostBatches(lost, known)),
  })
}
