/**
 * The rows that a batch writes, table by table, with the columns in the order in which they are copied and hashed. The
 * writer encodes by these lists and the verifier reads by them.
 *
 * The hash of a batch is a SHA-256 over each table below that got rows in the batch, in this order. For each table, it
 * covers the table's place in this list (1 byte, from 1), the number of its rows (4 bytes, big endian), and the rows.
 * The rows are in PostgreSQL's binary COPY format (tuples only, without file header and trailer), ordered by `order`.
 * PostgreSQL's documentation of COPY defines that format, so anybody can recompute the hash from `COPY (SELECT … ORDER
 * BY …) TO STDOUT (FORMAT binary)`.
 *
 * The hash of a block is the SHA-256 over the previous block's hash (32 zero bytes for the first block) and its batches.
 * Each batch, in the block's order, adds its position (8 bytes, big endian) and its hash.
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

/** The columns of a journal table as a COPY lists them. */
export function journalColumns(table: (typeof journalTables)[number]['table']): string {
  return journalTables.find((one) => one.table === table)?.columns.join(', ') ?? ''
}

/** A position is its batch's number times this, plus the index within the batch. */
export const positionsPerBatch = 16_384

/** The codes of `entries.kind`. */
export const entryKind = { posted: 1, held: 2, settled: 3, voided: 4, expired: 5, setting: 6 } as const

/** The codes of `entries.side`. */
export const entrySide = { source: 0, destination: 1, neither: 2 } as const

/** The bits of `transfers.flags`. */
export const transferFlag = { pending: 1, effectiveAtGiven: 2, refused: 4 } as const

/** The codes of `account_settings.state`. */
export const accountState = { open: 0, frozen: 1, closed: 2 } as const
