import type { Metric } from '#platform/telemetry'
import type { Ledger } from './ledger.ts'

/** The metrics of the ledger's writer and sealer in this process. */
export function ledgerMetrics(ledger: Pick<Ledger, 'statistics' | 'sealing'>): Metric[] {
  const { statistics, sealing } = ledger
  const metric = (name: string, help: string, read: () => number) => ({ name: `munim_ledger_${name}`, help, read })
  const seconds = (name: string, help: string, readMs: () => number) =>
    metric(`${name}_seconds_total`, help, () => readMs() / 1000)
  return [
    metric('commands_total', 'Commands decided and written.', () => statistics().commands),
    metric('batches_total', 'Batches written. Commands per batch show how well arrivals are gathered.', () => {
      return statistics().batches
    }),
    metric('overlapped_batches_total', 'Batches sent while the batch before was being committed.', () => {
      return statistics().overlapped
    }),
    metric('locked_commands_total', 'Commands written under row locks, as others write to their accounts.', () => {
      return statistics().commandsApart
    }),
    metric('conflicts_total', 'Batches decided again because another writer was first.', () => statistics().conflicts),
    metric('queued_commands', 'Commands that wait or are being written.', () => statistics().queued),
    seconds('read', 'Time spent reading what decisions need.', () => statistics().readMs),
    seconds('decide', 'Time spent deciding and encoding.', () => statistics().decideMs),
    seconds('write', 'Time spent writing and committing.', () => statistics().writeMs),
    metric('unsealed_age_seconds', 'Age of the oldest batch that no block of the hash chain holds.', () => {
      return sealing().unsealedSeconds
    }),
    metric(
      'clock_lead_seconds',
      "How far recorded times are ahead of the database's clock, which was set back.",
      () => {
        return statistics().clockHeldMs / 1000
      },
    ),
    metric('blocks_total', 'Blocks sealed by this process.', () => sealing().blocks),
  ]
}
