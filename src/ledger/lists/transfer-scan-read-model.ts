import type { Scanned } from '#platform/lists'
import { instant, type Queryable } from '#platform/postgres'
import type { Transfer } from '../commands.ts'
import { isLapsed } from '../holds/lapsed-holds-read-model.ts'
import { entryKind, transferFlag } from '../sealing/journal.ts'
import {
  namesLaterals,
  resolutionLateral,
  rowToTransfer,
  type TransferRow,
  transferColumns,
  transferFields,
} from '../transfers/transfer-read-model.ts'
import type { TransferCriteria, TransferCursor } from './transfer-criteria.ts'
import type { ChosenStream, Stream } from './transfer-stream-read-model.ts'

type Scan = {
  readonly criteria: TransferCriteria
  readonly chosen: ChosenStream
  readonly cursor: TransferCursor
  readonly wanted: number
  readonly round: TransferRound
}

/** `chosen` is for the next scan; undefined when it must be chosen again. */
type ScannedTransfers = Scanned<Transfer, TransferCursor> & { readonly chosen: ChosenStream | undefined }

export async function scanTransfers(database: Queryable, options: Scan): Promise<ScannedTransfers> {
  const { criteria, chosen, cursor, wanted } = options
  const { stream } = chosen
  const plan = planScan(options)
  const rows = await database.query<ScanRow>({
    name: `ledger-read-transfers-by-${stream.kind}`,
    text: texts[stream.kind],
    values: [
      ...[criteria.book, cursor, criteria.start, plan.rows, wanted, plan.candidates],
      ...[criteria.account, criteria.source, criteria.destination, criteria.state],
      ...[plan.probed, plan.hashed, criteria.recordedFrom, criteria.recordedTo],
      ...valuesOf(stream, criteria),
    ],
  })
  const found = rows.flatMap((row) => (row.position === null ? [] : [rowToTransfer(criteria.book, row)]))
  // Different pairs may share a term.
  const items = found.filter((transfer) => criteria.metadata.every(([key, value]) => transfer.metadata[key] === value))
  if (found.length === wanted) return { items, reached: found.at(-1)?.position, chosen: undefined }
  const reached = reachedBy(rows[0], plan)
  if (reached === undefined || reached.mark <= criteria.start) return { items, reached: undefined, chosen: undefined }
  const next = stream.kind === 'account' ? { ...stream, beforeVersion: reached.version } : stream
  return { items, reached: reached.mark, chosen: { ...chosen, stream: next } }
}

function reachedBy(row: ScanRow | undefined, plan: Plan): { mark: number; version: number } | undefined {
  if (row === undefined) return undefined
  const { scanned, reached, candidates, candidate_reached: candidate } = row
  if (candidate !== null && Number(candidates) === plan.candidates) {
    return { mark: Number(candidate), version: Number(row.candidate_version) }
  }
  if (reached === null || Number(scanned) < plan.rows) return undefined
  return { mark: Number(reached), version: Number(row.reached_version) }
}

/** Microseconds per row on a small machine. Scattered rows are assumed to be cached only by the operating system. */
const cost = { indexRow: 0.3, entryRow: 6, hashedRow: 0.5, probe: 2.5, transferRow: 15 } as const
type TransferRound = { readonly micros: number; readonly rows: number }
/** At most so much per round, so that a request stays well below 20 ms. */
export const transferRounds: readonly TransferRound[] = [
  { micros: 2000, rows: 256 },
  { micros: 2000, rows: 1024 },
  { micros: 3000, rows: 16_384 },
]

type Plan = {
  readonly rows: number
  /** How many rows that pass the indexes are checked against the transfers. */
  readonly candidates: number
  /** Its rows in the same range are read into a hash table; null when that would be expensive. */
  readonly hashed: bigint | null
  readonly probed: readonly bigint[]
}

function planScan({ criteria, chosen, wanted, round: { micros, rows } }: Scan): Plan {
  const [rarest] = [...chosen.otherTerms].sort((one, other) => one.ratio - other.ratio)
  const hashed = rarest !== undefined && rarest.ratio * cost.hashedRow < cost.probe ? rarest : undefined
  const probed = chosen.otherTerms.filter((term) => term !== hashed)
  const { stream } = chosen
  const byState = criteria.state === 0 ? 'pending' : criteria.state === entryKind.settled ? undefined : 'ended'
  const stateProbe = criteria.state !== null && byState !== undefined && stream.kind !== byState
  const rowMicros =
    (stream.kind === 'account' ? cost.entryRow : cost.indexRow) +
    (hashed?.ratio ?? 0) * cost.hashedRow +
    (probed.length + Number(stateProbe)) * cost.probe
  return {
    rows: Math.max(wanted, Math.min(rows, Math.floor(micros / rowMicros))),
    candidates: Math.max(wanted, Math.floor(micros / cost.transferRow)),
    hashed: hashed?.term ?? null,
    probed: probed.map(({ term }) => term),
  }
}

function valuesOf(stream: Stream, criteria: TransferCriteria): unknown[] {
  switch (stream.kind) {
    case 'account':
      return [stream.account, stream.beforeVersion, stream.side]
    case 'term':
      return [stream.term]
    case 'reference':
      return [criteria.reference]
    default:
      return []
  }
}

// The next scan continues below `mark`. `fits`: the row represents a transfer of the list.
const streams: Record<Stream['kind'], string> = {
  book: `
    select t.position as transfer, t.position as mark, 0::bigint as version, true as fits from ledger.transfers t
    where t.book_id = $1 and t.position < $2 and t.position >= $3 and t.flags < 4 order by t.position desc limit $4`,
  reference: `
    select t.position as transfer, t.position as mark, 0::bigint as version, true as fits from ledger.transfers t
    where t.book_id = $1 and t.reference = $15 and t.position < $2 and t.position >= $3 limit $4`,
  pending: `
    select h.transfer, h.transfer as mark, 0::bigint as version, ${isLapsed('h')} is not true as fits from ledger.holds h
    where h.book_id = $1 and h.transfer < $2 and h.transfer >= $3 order by h.transfer desc limit $4`,
  // Find lapsed holds whose end is not written yet by their time: they are few while expiry runs.
  ended: `
    select ended.transfer, ended.transfer as mark, 0::bigint as version, true as fits
    from (
      (select r.transfer from ledger.resolutions r
        where r.book_id = $1 and r.kind = $10 and r.transfer < $2 and r.transfer >= $3
        order by r.transfer desc limit $4)
      union all
      (select lapsed.transfer from (
          select h.transfer from ledger.holds h
          where $10 = ${entryKind.expired} and h.book_id = $1 and ${isLapsed('h')} offset 0
        ) lapsed
        where lapsed.transfer < $2 and lapsed.transfer >= $3
        order by lapsed.transfer desc limit $4)
    ) ended
    order by ended.transfer desc limit $4`,
  term: `
    select m.position as transfer, m.position as mark, 0::bigint as version, true as fits from ledger.metadata_terms m
    where m.term = $15 and m.position < $2 and m.position >= $3 order by m.position desc limit $4`,
  // A transfer created as pending has two entries on an account; the first represents it.
  account: `
    select e.transfer, e.position as mark, e.version,
      e.kind <= ${entryKind.held} and e.position < $2 and e.position >= $3
        and ($17::smallint is null or e.side = $17) as fits
    from ledger.entries e where e.account = $15 and e.version < $16 order by e.version desc limit $4`,
}

// A null or empty part matches everything. Scalar subqueries, "case" and "offset 0" keep the planner from turning the
// checks into joins. Each check is an index probe, or one hash table over the scanned positions.
const scanText = (stream: string) => `
  with scan as materialized (${stream}),
  reach as materialized (
    select count(*) as scanned, min(scan.mark) as reached, max(scan.mark) as begun, min(scan.version) as reached_version
    from scan
  ),
  candidate as materialized (
    select scan.transfer, scan.mark, scan.version
    from scan
    where scan.fits
      and ($10::smallint is distinct from 0::smallint or (
        select ${isLapsed('h')} is not true from ledger.holds h
        where h.book_id = $1 and h.transfer = scan.transfer
      ))
      and ($10::smallint is null or $10 < ${entryKind.voided} or (
        select r.transfer from ledger.resolutions r
        where r.book_id = $1 and r.kind = $10 and r.transfer = scan.transfer
      ) is not null or ($10 = ${entryKind.expired} and (
        select ${isLapsed('h')} from ledger.holds h where h.book_id = $1 and h.transfer = scan.transfer
      )))
      and case when $12::bigint is null or scan.transfer in (
        select m.position from ledger.metadata_terms m
        where m.term = $12
          and m.position >= (select reach.reached from reach) and m.position <= (select reach.begun from reach)
      ) then (select count(*) from unnest($11::bigint[]) w(term) where (
        select m.position from ledger.metadata_terms m where m.term = w.term and m.position = scan.transfer
      ) is null) = 0 end
    order by scan.mark desc
    limit $6
  ),
  page as (
    select ${transferColumns}
    from candidate
    cross join lateral (
      select ${transferFields}
      from ledger.transfers t
      where t.book_id = $1 and t.position = candidate.transfer and t.flags < 4
        and ($7::bigint is null or t.source = $7 or t.destination = $7)
        and ($8::bigint is null or t.source = $8)
        and ($9::bigint is null or t.destination = $9)
        and ($13::bigint is null or t.recorded_at >= ${instant('$13')})
        and ($14::bigint is null or t.recorded_at < ${instant('$14')})
      offset 0
    ) t
    ${resolutionLateral}
    ${namesLaterals}
    where $10::smallint is null
      or case when (t.flags & ${transferFlag.pending}) = 0 then ${entryKind.settled}
        else coalesce(r.kind, case when ${isLapsed('t')} then ${entryKind.expired} else 0 end) end = $10
    order by candidate.mark desc
    limit $5
  )
  select reach.scanned, reach.reached, reach.reached_version, seen.candidates, seen.candidate_reached,
    seen.candidate_version, page.*
  from reach
  cross join (
    select count(*) as candidates, min(candidate.mark) as candidate_reached,
      min(candidate.version) as candidate_version
    from candidate
  ) seen
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

type ScanRow = {
  scanned: bigint
  reached: bigint | null
  reached_version: bigint | null
  candidates: bigint
  candidate_reached: bigint | null
  candidate_version: bigint | null
} & (TransferRow | { position: null })
