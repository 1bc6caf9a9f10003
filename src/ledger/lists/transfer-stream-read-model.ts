import type { Queryable } from '#platform/postgres'
import { entryKind, entrySide } from '../sealing/journal.ts'
import type { TransferCriteria, TransferCursor } from './transfer-criteria.ts'
import { versionsBelowPosition } from './version-read-model.ts'

export type Stream =
  | { readonly kind: 'book' }
  | { readonly kind: 'reference' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'term'; readonly term: bigint }
  | AccountStream

/** `side` null: both sides. */
type AccountStream = {
  readonly kind: 'account'
  readonly account: number
  readonly side: number | null
  readonly beforeVersion: number
}

export type ChosenStream = {
  readonly stream: Stream
  /** Terms of the other metadata pairs; `ratio` is their rows for each row of the stream, roughly. */
  readonly otherTerms: readonly { readonly term: bigint; readonly ratio: number }[]
}

const sample = 128

/** Chooses the rarest stream: the one whose next rows below the cursor reach the lowest position. */
export async function chooseStream(
  database: Queryable,
  criteria: TransferCriteria,
  cursor: TransferCursor,
): Promise<ChosenStream> {
  if (criteria.reference !== null) return alone({ kind: 'reference' }, criteria)
  const accounts = await accountStreams(database, criteria, cursor)
  const terms = criteria.terms.map((term): Stream => ({ kind: 'term', term }))
  const [only, ...more] = [...accounts, ...terms, ...stateStreams(criteria)]
  if (more.length === 0) return alone(only ?? { kind: 'book' }, criteria)
  const densities = await sampleDensities(database, criteria, cursor, accounts)
  const [rarest] = densities.sort((one, other) => one.perPosition - other.perPosition)
  if (rarest === undefined) return alone({ kind: 'book' }, criteria)
  const otherTerms = densities.flatMap(({ stream, perPosition }) =>
    stream.kind === 'term' && stream !== rarest.stream
      ? [{ term: stream.term, ratio: perPosition / rarest.perPosition }]
      : [],
  )
  return { stream: rarest.stream, otherTerms }
}

function alone(stream: Stream, criteria: TransferCriteria): ChosenStream {
  const terms = stream.kind === 'term' ? [] : criteria.terms
  return { stream, otherTerms: terms.map((term) => ({ term, ratio: Number.POSITIVE_INFINITY })) }
}

function stateStreams({ state }: TransferCriteria): Stream[] {
  if (state === 0) return [{ kind: 'pending' }]
  return state === entryKind.voided || state === entryKind.expired ? [{ kind: 'ended' }] : []
}

async function accountStreams(
  database: Queryable,
  { account, source, destination }: TransferCriteria,
  cursor: TransferCursor,
): Promise<AccountStream[]> {
  const wanted = [
    { account, side: null },
    { account: source, side: entrySide.source },
    { account: destination, side: entrySide.destination },
  ].flatMap(({ account, side }) => (account === null ? [] : [{ account, side }]))
  if (cursor === Number.MAX_SAFE_INTEGER) {
    return wanted.map((stream) => ({ kind: 'account', ...stream, beforeVersion: Number.MAX_SAFE_INTEGER }))
  }
  const probes = wanted.map((stream) => ({ account: stream.account, bound: cursor }))
  const versions = await versionsBelowPosition(database, probes)
  return wanted.map((stream, place) => ({ kind: 'account', ...stream, beforeVersion: (versions[place] ?? 0) + 1 }))
}

type Density = { readonly stream: Stream; readonly perPosition: number }

async function sampleDensities(
  database: Queryable,
  criteria: TransferCriteria,
  cursor: TransferCursor,
  accounts: readonly AccountStream[],
): Promise<Density[]> {
  const rows = await database.query<DensityRow>({
    name: 'ledger-read-transfers-densities',
    text: densities,
    values: [
      ...[criteria.book, cursor, criteria.state, criteria.terms],
      ...[accounts.map(({ account }) => account), accounts.map(({ beforeVersion }) => beforeVersion)],
    ],
  })
  const newest = Math.max(0, ...rows.map((row) => Number(row.highest)))
  return rows.flatMap((row) => {
    const stream = streamOf(row, criteria, accounts)
    // A stream that ends within the sample covers all remaining positions.
    const lowest = Number(row.found) < sample ? 0 : Number(row.lowest)
    return stream === undefined ? [] : [{ stream, perPosition: (Number(row.found) + 1) / (newest - lowest + 1) }]
  })
}

type DensityRow = {
  kind: 'pending' | 'ended' | 'term' | 'account'
  place: bigint
  found: bigint
  lowest: bigint
  highest: bigint
}

function streamOf(row: DensityRow, criteria: TransferCriteria, accounts: readonly AccountStream[]): Stream | undefined {
  const place = Number(row.place) - 1
  if (row.kind === 'account') return accounts[place]
  if (row.kind !== 'term') return { kind: row.kind }
  const term = criteria.terms[place]
  return term === undefined ? undefined : { kind: 'term', term }
}

const columns = (position: string) =>
  `count(*) as found, coalesce(min(${position}), 0) as lowest, coalesce(max(${position}), 0) as highest`

const densities = `
  select 'pending' as kind, 1::bigint as place, ${columns('d.transfer')}
  from (select h.transfer from ledger.holds h where h.book_id = $1 and h.transfer < $2
        order by h.transfer desc limit ${sample}) d
  having $3::smallint = 0
  union all
  select 'ended', 1, ${columns('d.transfer')}
  from (select r.transfer from ledger.resolutions r where r.book_id = $1 and r.kind = $3 and r.transfer < $2
        order by r.transfer desc limit ${sample}) d
  having $3::smallint in (${entryKind.voided}, ${entryKind.expired})
  union all
  select 'term', w.place, d.found, d.lowest, d.highest
  from unnest($4::bigint[]) with ordinality w(term, place)
  cross join lateral (
    select ${columns('d.position')}
    from (select m.position from ledger.metadata_terms m where m.term = w.term and m.position < $2
          order by m.position desc limit ${sample}) d
  ) d
  union all
  select 'account', w.place, d.found, d.lowest, d.highest
  from unnest($5::bigint[], $6::bigint[]) with ordinality w(account, before_version, place)
  cross join lateral (
    select ${columns('d.position')}
    from (select e.position from ledger.entries e where e.account = w.account and e.version < w.before_version
          order by e.version desc limit ${sample}) d
  ) d`
