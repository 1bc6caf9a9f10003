/**
 * The rows of a batch. Columns are in the order in which they are copied and hashed.
 *
 * The hash of a batch is a SHA-256 over each table that has rows in the batch, in this order. It covers the table's
 * place in this list (1 byte, from 1), the number of its rows (4 bytes, big endian), and the rows. Rows are in
 * PostgreSQL's binary COPY format (tuples only, without file header and trailer), ordered by `order`. So
 * `COPY (SELECT … ORDER BY …) TO STDOUT (FORMAT binary)` is enough to recompute the hash.
 *
 * The hash of a block is the SHA-256 over the previous block's hash, or 32 zero bytes for the first block, and over its
 * batches. Each batch, in the block's order, adds its position (8 bytes, big endian) and its hash.
 */
export const journalTables = [
  {
    table: 'ledger.accounts',
    columns: ['number', 'position', 'book_id', 'id', 'code', 'asset', 'created_at'],
    order: ['position'],
  },
  {
    table: 'ledger.account_settings',
    columns: ['account', 'version', 'position', 'min_available', 'max_balance', 'state', 'recorded_at', 'metadata'],
    order: ['position'],
  },
  {
    table: 'ledger.transfers',
    columns: [
      'position',
      'source',
      'destination',
      'amount',
      'effective_at',
      'recorded_at',
      'expires_at',
      'id',
      'book_id',
      'flags',
      'reference',
      'metadata',
      'options',
    ],
    order: ['position'],
  },
  {
    table: 'ledger.entries',
    columns: [
      'account',
      'version',
      'position',
      'transfer',
      'posted_delta',
      'pending_delta',
      'posted',
      'pending_out',
      'pending_in',
      'recorded_at',
      'kind',
      'side',
    ],
    order: ['position', 'side'],
  },
  {
    table: 'ledger.resolutions',
    columns: ['transfer', 'position', 'amount', 'recorded_at', 'book_id', 'kind'],
    order: ['position'],
  },
] as const

export function journalColumns(table: (typeof journalTables)[number]['table']): string {
  return journalTables.find((one) => one.table === table)?.columns.join(', ') ?? ''
}

/** A position is its batch's number times this, plus its index in the batch. */
export const positionsPerBatch = 16_384

export const entryKind = { posted: 1, held: 2, settled: 3, voided: 4, expired: 5, setting: 6 } as const

export const entrySide = { source: 0, destination: 1, neither: 2 } as const

export const transferFlag = { pending: 1, effectiveAtGiven: 2, refused: 4 } as const

export const accountState = { open: 0, frozen: 1, closed: 2 } as const
