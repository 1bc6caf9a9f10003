import type { Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { accountFacts } from '../accounts/account-facts.ts'
import type { BookNumber, Metadata, Transfer } from '../commands.ts'
import { isLapsed } from '../holds/lapsed-holds-read-model.ts'
import { lapsedTransfer, madeTransfer, noMetadata, resolvedTransfer } from './transfer-record.ts'

/** The current transfer; undefined when none was booked under the id. */
export async function getTransfer(database: Queryable, book: BookNumber, id: Uuid): Promise<Transfer | undefined> {
  const [transfer] = await getTransfers(database, book, [id])
  return transfer
}

/** Current transfers in the order of the ids. Ids without a transfer are left out. */
export async function getTransfers(
  database: Queryable,
  book: BookNumber,
  ids: readonly Uuid[],
): Promise<readonly Transfer[]> {
  const rows = await database.query<TransferRow>({
    name: 'ledger-read-transfers-by-id',
    text: `
      select ${transferColumns}
      from unnest($2::uuid[]) with ordinality w(id, place)
      cross join lateral (
        select ${transferFields} from ledger.transfers t
        where t.book_id = $1 and t.id = w.id and t.flags < 4 offset 0
      ) t
      ${resolutionLateral}
      ${namesLaterals}
      order by w.place`,
    values: [book, ids],
  })
  return rows.map((row) => rowToTransfer(book, row))
}

export const transferFields = `t.position, t.id, t.source, t.destination, t.amount, t.flags, t.effective_at,
          t.recorded_at, t.expires_at, t.reference, t.metadata`

/** Adds the end and the account names to `t`. `offset 0` keeps the index probes from becoming joins. */
export const resolutionLateral = `left join lateral (
        select r.kind, r.amount, r.recorded_at from ledger.resolutions r where r.transfer = t.position offset 0
      ) r on true`

export const namesLaterals = `cross join lateral (
        select a.number, a.id, a.code, a.asset from ledger.accounts a where a.number = t.source offset 0
      ) source
      cross join lateral (
        select a.number, a.id, a.code from ledger.accounts a where a.number = t.destination offset 0
      ) destination`

export const transferColumns = `t.position, t.id, t.amount, t.flags, t.reference, t.metadata,
        ${micros('t.effective_at')} as effective_at, ${micros('t.recorded_at')} as recorded_at,
        ${micros('t.expires_at')} as expires_at,
        source.number as source_number, source.id as source_id, source.code as source_code, source.asset,
        destination.number as destination_number, destination.id as destination_id,
        destination.code as destination_code,
        ${isLapsed('t')} as lapsed,
        r.kind as end_kind, r.amount as end_amount, ${micros('r.recorded_at')} as end_recorded_at`

export type TransferRow = {
  position: bigint
  id: string
  amount: bigint
  flags: number
  reference: string | null
  metadata: Metadata | null
  effective_at: bigint
  recorded_at: bigint
  expires_at: bigint | null
  source_number: bigint
  source_id: string
  source_code: string
  asset: string
  destination_number: bigint
  destination_id: string
  destination_code: string
  lapsed: boolean | null
  end_kind: number | null
  end_amount: bigint | null
  end_recorded_at: bigint | null
}

export function rowToTransfer(book: BookNumber, row: TransferRow): Transfer {
  const { asset } = row
  const account = ({ number, id, code }: { readonly number: bigint; readonly id: string; readonly code: string }) =>
    accountFacts({ number: Number(number), book, id: toUuid(id), code, asset })
  const made = madeTransfer({
    position: Number(row.position),
    book,
    id: toUuid(row.id),
    source: account({ number: row.source_number, id: row.source_id, code: row.source_code }),
    destination: account({ number: row.destination_number, id: row.destination_id, code: row.destination_code }),
    amount: row.amount,
    flags: row.flags,
    effectiveAt: Number(row.effective_at),
    recordedAt: Number(row.recorded_at),
    expiresAt: row.expires_at === null ? undefined : Number(row.expires_at),
    reference: row.reference ?? undefined,
    metadata: row.metadata ?? noMetadata,
    options: undefined,
  })
  if (row.end_kind === null) return row.lapsed === true ? lapsedTransfer(made) : made
  const end = { kind: row.end_kind, amount: row.end_amount ?? 0n, recordedAt: Number(row.end_recorded_at) }
  return resolvedTransfer(made, end)
}

/** In no particular order. Positions without a transfer are left out. */
export async function getTransfersAt(
  database: Queryable,
  book: BookNumber,
  positions: readonly number[],
): Promise<readonly Transfer[]> {
  const rows = await database.query<TransferRow>({
    name: 'ledger-read-transfers-by-position',
    text: `
      select ${transferColumns}
      from unnest($2::bigint[]) w(position)
      cross join lateral (
        select ${transferFields} from ledger.transfers t
        where t.book_id = $1 and t.position = w.position and t.flags < 4 offset 0
      ) t
      ${resolutionLateral}
      ${namesLaterals}`,
    values: [book, positions],
  })
  return rows.map((row) => rowToTransfer(book, row))
}
