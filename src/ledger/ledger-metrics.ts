import type { Metric } from '#platform/telemetry'
import type { Ledger } from './ledger.ts'

/** The metrics of the ledger's writer and sealer in this process. */
export function ledgerMetrics({ statistics, sealing }: Pick<Ledger, 'statistics' | 'sealing'>): Metric[] {
  return [
    {
      name: 'munim_ledger_commands_total',
      help: 'Commands decided and written.',
      read: () => statistics().commands,
    },
    {
      name: 'munim_ledger_batches_total',
      help: 'Batches written. Commands per batch show how well arrivals are gathered.',
      read: () => statistics().batches,
    },
    {
      name: 'munim_ledger_overlapped_batches_total',
      help: 'Batches sent while the batch before was being committed.',
      read: () => statistics().overlapped,
    },
    {
      name: 'munim_ledger_locked_commands_total',
      help: 'Commands written under row locks, as others write to their accounts.',
      read: () => statistics().commandsApart,
    },
    {
      name: 'munim_ledger_conflicts_total',
      help: 'Batches decided again because another writer was first.',
      read: () => statistics().conflicts,
    },
    {
      name: 'munim_ledger_queued_commands',
      help: 'Commands that wait or are being written.',
      read: () => statistics().queued,
    },
    {
      name: 'munim_ledger_read_seconds_total',
      help: 'Time spent reading what decisions need.',
      read: () => statistics().readMs / 1000,
    },
    {
      name: 'munim_ledger_decide_seconds_total',
      help: 'Time spent deciding and encoding.',
      read: () => statistics().decideMs / 1000,
    },
    {
      name: 'munim_ledger_write_seconds_total',
      help: 'Time spent writing and committing.',
      read: () => statistics().writeMs / 1000,
    },
    {
      name: 'munim_ledger_unsealed_age_seconds',
      help: 'Age of the oldest batch that no block of the hash chain holds.',
      read: () => sealing().unsealedSeconds,
    },
    {
      name: 'munim_ledger_clock_lead_seconds',
      help: "How far recorded times are ahead of the database's clock, which was set back.",
      read: () => statistics().clockHeldMs / 1000,
    },
    {
      name: 'munim_ledger_blocks_total',
      help: 'Blocks sealed by this process.',
      read: () => sealing().blocks,
    },
  ]
}
