import type { Ledger } from './ledger.ts'

/** What the ledger tells of itself to whoever watches it: name, help, and how to read it now. */
export function ledgerMetrics(ledger: Pick<Ledger, 'statistics' | 'sealing'>) {
  const { statistics, sealing } = ledger
  const figure = (name: string, help: string, read: () => number) => ({ name: `munim_ledger_${name}`, help, read })
  return [
    figure('commands_total', 'Commands decided and written.', () => statistics().commands),
    figure(
      'batches_total',
      'Batches written; commands a batch tell how well arrivals are gathered.',
      () => statistics().batches,
    ),
    figure(
      'overlapped_batches_total',
      'Batches sent while the one before was on its way.',
      () => statistics().overlapped,
    ),
    figure(
      'commands_apart_total',
      'Commands written under row locks, as others write to their accounts.',
      () => statistics().commandsApart,
    ),
    figure('conflicts_total', 'Batches decided again because another writer was first.', () => statistics().conflicts),
    figure('commands_queued', 'Commands that wait or are being written.', () => statistics().queued),
    figure('read_seconds_total', 'Waiting for what deciding needs.', () => statistics().readMs / 1000),
    figure('decide_seconds_total', 'Deciding and encoding.', () => statistics().decideMs / 1000),
    figure('write_seconds_total', 'Writing and committing.', () => statistics().writeMs / 1000),
    figure(
      'unsealed_seconds',
      'Age of the oldest batch that no block of the hash chain holds.',
      () => sealing().unsealedSeconds,
    ),
    figure(
      'clock_held_seconds',
      "How far recorded times are ahead of the database's clock, which was set back.",
      () => statistics().clockHeldMs / 1000,
    ),
    figure('blocks_total', 'Blocks sealed by this process.', () => sealing().blocks),
  ]
}
