import type { Queryable } from '#platform/postgres'
import type { Transfer } from './commands.ts'
import { entryKind, transferFlag } from './journal.ts'
import { instant, type Step } from './reading.ts'
import type { TransferCriteria, TransferCursor } from './transfer-criteria.ts'
import {
  namesLaterals,
  resolutionLateral,
  rowToTransfer,
  type TransferRow,
  transferColumns,
  transferFields,
} from './transfer-read-model.ts'
import type { Stream } from './transfer-stream-read-model.ts'

type Scan = {
  readonly criteria: TransferCriteria
  readonly stream: Stream
  /** Only positions below this. */
  readonly before: number
  /** Rows of the stream to look at, at most. */
  readonly scan: number
  readonly wanted: number
}

/** Looks at the next rows of a stream, newest first, and gives the transfers that meet the criteria. */
export async function scanTransfers(database: Queryable, options: Scan): Promise<Step<Transfer, TransferCursor>> {
  const { criteria, stream, before, scan, wanted } = options
  const { book } = criteria
  const rows = await database.query<ScanRow>({
    name: `ledger-read-transfers-by-${stream.kind}`,
    text: texts[stream.kind],
    values: [
      ...[book, before, criteria.start, scan, wanted],
      ...[criteria.account, criteria.source, criteria.destination, criteria.state],
      ...[criteria.terms, criteria.recordedFrom, criteria.recordedTo],
      ...valuesOf(stream, criteria),
    ],
  })
  const found = rows.flatMap((row) => (row.position === null ? [] : [rowToTransfer(book, row)]))
  // Two pairs may share a term.
  const items = found.filter((transfer) => criteria.metadata.every(([key, value]) => transfer.metadata[key] === value))
  // A full page stopped at its last row; else everything scanned has been looked at.
  if (found.length === wanted) return { items, reached: found.at(-1)?.position }
  const [row] = rows
  const ended = row?.reached == null || Number(row.scanned) < scan || Number(row.reached) <= criteria.start
  return { items, reached: ended ? undefined : Number(row.reached) }
}

function valuesOf(stream: Stream, criteria: TransferCriteria): unknown[] {
  switch (stream.kind) {
    case 'account':
      return [stream.account, stream.beforeVersion, stream.side]
    case 'term':
      return [criteria.terms[stream.place]]
    case 'reference':
      return [criteria.reference]
    default:
      return []
  }
}

// A stream gives the position of a transfer, the mark below which the next scan goes on, and whether
// the row stands for a transfer of the list at all.
const streams: Record<Stream['kind'], string> = {
  book: `
    select t.position as transfer, t.position as mark, true as fits from ledger.transfers t
    where t.book_id = $1 and t.position < $2 and t.position >= $3 and t.flags < 4 order by t.position desc limit $4`,
  reference: `
    select t.position as transfer, t.position as mark, true as fits from ledger.transfers t
    where t.book_id = $1 and t.reference = $13 and t.position < $2 and t.position >= $3 limit $4`,
  pending: `
    select h.transfer, h.transfer as mark, true as fits from ledger.holds h
    where h.book_id = $1 and h.transfer < $2 and h.transfer >= $3 order by h.transfer desc limit $4`,
  ended: `
    select r.transfer, r.transfer as mark, true as fits from ledger.resolutions r
    where r.book_id = $1 and r.kind = $9 and r.transfer < $2 and r.transfer >= $3 order by r.transfer desc limit $4`,
  term: `
    select m.position as transfer, m.position as mark, true as fits from ledger.metadata_terms m
    where m.term = $13 and m.position < $2 and m.position >= $3 order by m.position desc limit $4`,
  // A transfer made as pending has two entries on an account; the first stands for it.
  account: `
    select e.transfer, e.position as mark,
      e.kind <= ${entryKind.held} and e.position < $2 and e.position >= $3
        and ($15::smallint is null or e.side = $15) as fits
    from ledger.entries e where e.account = $13 and e.version < $14 order by e.version desc limit $4`,
}

// Each part that is null lets everything pass. Scalar subqueries and "offset 0" keep the planner from
// turning the checks into joins of its own choice: every one is an index probe, cheap ones first.
const scanText = (stream: string) => `
  with scan as materialized (${stream}),
  page as (
    select ${transferColumns}
    from scan
    cross join lateral (
      select ${transferFields}
      from ledger.transfers t
      where t.book_id = $1 and t.position = scan.transfer and t.flags < 4
        and ($6::bigint is null or t.source = $6 or t.destination = $6)
        and ($7::bigint is null or t.source = $7)
        and ($8::bigint is null or t.destination = $8)
        and ($11::bigint is null or t.recorded_at >= ${instant('$11')})
        and ($12::bigint is null or t.recorded_at < ${instant('$12')})
      offset 0
    ) t
    ${resolutionLateral}
    ${namesLaterals}
    where scan.fits
      and ($9::smallint is distinct from 0::smallint or (
        select h.transfer from ledger.holds h where h.book_id = $1 and h.transfer = scan.transfer
      ) is not null)
      and (select count(*) from unnest($10::bigint[]) w(term) where (
        select m.position from ledger.metadata_terms m where m.term = w.term and m.position = scan.transfer
      ) is null) = 0
      and ($9::smallint is null
        or case when (t.flags & ${transferFlag.pending}) = 0 then ${entryKind.settled} else coalesce(r.kind, 0) end = $9)
    order by scan.mark desc
    limit $5
  )
  select reach.scanned, reach.reached, page.*
  from (select count(*) as scanned, min(scan.mark) as reached from scan) reach
  left join page on true
  order by page.position desc`

const texts: Record<Stream['kind'], string> = {
  book: scanText(streams.book),
  reference: scanText(streams.reference),
  pending: scanText(streams.pending),
  ended: scanText(streams.ended),
  term: scanText(streams.term),
  account: scanText(streams.account),
}

type ScanRow = { scanned: bigint; reached: bigint | null } & (TransferRow | { position: null })
