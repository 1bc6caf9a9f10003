import type { Queryable } from '#platform/postgres'
import { entryKind, entrySide } from './journal.ts'
import type { TransferCriteria } from './transfer-criteria.ts'
import { versionsBelowPosition } from './version-read-model.ts'

/** A stream of transfers' positions, newest first, that a part of a filter stands for. */
export type Stream =
  | { readonly kind: 'book' }
  | { readonly kind: 'reference' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'term'; readonly place: number }
  | AccountStream

/** An account's entries on one side or on both, below a version. */
type AccountStream = {
  readonly kind: 'account'
  readonly account: number
  readonly side: number | null
  readonly beforeVersion: number
}

/** Rows by which the density of a stream is judged. */
const sample = 256

/** The rarest stream of the filter: the one whose next rows below `before` reach furthest down. */
export async function chooseStream(database: Queryable, criteria: TransferCriteria, before: number): Promise<Stream> {
  if (criteria.reference !== null) return { kind: 'reference' }
  const accounts = await accountStreams(database, criteria, before)
  const terms = criteria.terms.map((_, place): Stream => ({ kind: 'term', place }))
  const streams = [...accounts, ...terms, ...stateStreams(criteria)]
  const [only] = streams
  if (only === undefined) return { kind: 'book' }
  return streams.length === 1 ? only : await rarest(database, criteria, before, accounts)
}

function stateStreams({ state }: TransferCriteria): Stream[] {
  if (state === 0) return [{ kind: 'pending' }]
  return state === entryKind.voided || state === entryKind.expired ? [{ kind: 'ended' }] : []
}

async function accountStreams(
  database: Queryable,
  { account, source, destination }: TransferCriteria,
  before: number,
): Promise<AccountStream[]> {
  const wanted = [
    { account, side: null },
    { account: source, side: entrySide.source },
    { account: destination, side: entrySide.destination },
  ].flatMap(({ account, side }) => (account === null ? [] : [{ account, side }]))
  if (before === Number.MAX_SAFE_INTEGER) {
    return wanted.map((stream) => ({ kind: 'account', ...stream, beforeVersion: Number.MAX_SAFE_INTEGER }))
  }
  const probes = wanted.map((stream) => ({ account: stream.account, bound: before }))
  const versions = await versionsBelowPosition(database, probes)
  return wanted.map((stream, place) => ({ kind: 'account', ...stream, beforeVersion: (versions[place] ?? 0) + 1 }))
}

async function rarest(
  database: Queryable,
  criteria: TransferCriteria,
  before: number,
  accounts: readonly AccountStream[],
): Promise<Stream> {
  const rows = await database.query<{ kind: Stream['kind']; place: bigint; found: bigint; lowest: bigint | null }>({
    name: 'ledger-read-transfers-densities',
    text: densities,
    values: [
      ...[criteria.book, before, criteria.state, criteria.terms],
      ...[accounts.map(({ account }) => account), accounts.map(({ beforeVersion }) => beforeVersion)],
    ],
  })
  let rarest: { stream: Stream; lowest: bigint; found: bigint } | undefined
  for (const row of rows) {
    const place = Number(row.place) - 1
    const account = accounts[place]
    const stream: Stream | undefined =
      row.kind === 'account' ? account : row.kind === 'term' ? { kind: 'term', place } : { kind: row.kind as 'pending' }
    // A stream that ends within the sample is rarer than any that goes on.
    const lowest = row.found < BigInt(sample) || row.lowest === null ? -1n : row.lowest
    const better =
      rarest === undefined || lowest < rarest.lowest || (lowest === rarest.lowest && row.found < rarest.found)
    if (stream !== undefined && better) rarest = { stream, lowest, found: row.found }
  }
  return rarest?.stream ?? { kind: 'book' }
}

const densities = `
  select 'pending' as kind, 1::bigint as place, count(*) as found, min(d.transfer) as lowest
  from (select h.transfer from ledger.holds h where h.book_id = $1 and h.transfer < $2
        order by h.transfer desc limit ${sample}) d
  having $3::smallint = 0
  union all
  select 'ended', 1, count(*), min(d.transfer)
  from (select r.transfer from ledger.resolutions r where r.book_id = $1 and r.kind = $3 and r.transfer < $2
        order by r.transfer desc limit ${sample}) d
  having $3::smallint in (${entryKind.voided}, ${entryKind.expired})
  union all
  select 'term', w.place, d.found, d.lowest
  from unnest($4::bigint[]) with ordinality w(term, place)
  cross join lateral (
    select count(*) as found, min(d.position) as lowest
    from (select m.position from ledger.metadata_terms m where m.term = w.term and m.position < $2
          order by m.position desc limit ${sample}) d
  ) d
  union all
  select 'account', w.place, d.found, d.lowest
  from unnest($5::bigint[], $6::bigint[]) with ordinality w(account, before_version, place)
  cross join lateral (
    select count(*) as found, min(d.position) as lowest
    from (select e.position from ledger.entries e where e.account = w.account and e.version < w.before_version
          order by e.version desc limit ${sample}) d
  ) d`
