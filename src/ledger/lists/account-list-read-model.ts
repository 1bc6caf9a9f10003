import { type Page, type PageRequest, readInRounds, type Scanned } from '#platform/lists'
import { isStorable, type Queryable } from '#platform/postgres'
import { type AccountRow, accountColumns, accountLaterals, toAccount } from '../accounts/account-read-model.ts'
import type { Account, AccountState, BookNumber, Metadata } from '../commands.ts'
import { accountState } from '../sealing/journal.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'

export type AccountFilter = {
  readonly codePrefix?: string | undefined
  readonly asset?: string | undefined
  readonly state?: AccountState | undefined
  readonly metadata?: Metadata | undefined
}

/** The internal number: newer accounts have larger ones. */
export type AccountCursor = number

type ListedAccount = { readonly number: number; readonly account: Account }

/**
 * Lists accounts, newest first. The filter part that is rarest near the cursor is the stream that is scanned, and the
 * others are checked by index. So common values cost no more. Pages may be short, see {@link Page}.
 */
export async function listAccounts(
  database: Queryable,
  query: PageRequest<AccountCursor> & { readonly book: BookNumber; readonly filter?: AccountFilter },
): Promise<Page<Account, AccountCursor>> {
  const parameters = toParameters(query.book, query.filter ?? {})
  if (parameters === undefined) return { items: [], next: undefined }
  const stream = await chooseStream(database, parameters, query.cursor)
  const page = await readInRounds({
    limit: query.limit,
    cursor: query.cursor,
    cursorOf: (item: ListedAccount) => item.number,
    // Every round over a prefix reads and sorts all its codes again.
    rounds: stream === 'prefix' ? roundRows.slice(-1) : roundRows,
    scan: ({ cursor, wanted, round }) =>
      scanAccounts(database, { parameters, stream, cursor, scannedMax: Math.max(wanted, round), wanted }),
  })
  return { items: page.items.map((item) => item.account), next: page.next }
}

type Stream = 'book' | 'asset' | 'state' | 'prefix' | `term ${number}`

type Parameters = {
  readonly book: BookNumber
  readonly asset: string | null
  readonly prefix: string | null
  readonly state: number | null
  readonly terms: readonly bigint[]
  readonly metadata: readonly (readonly [string, string])[]
}

function toParameters(book: BookNumber, filter: AccountFilter): Parameters | undefined {
  const metadata = Object.entries(filter.metadata ?? {})
  const texts = [filter.asset ?? '', filter.codePrefix ?? '', ...metadata.flat()]
  if (!texts.every(isStorable)) return undefined
  return {
    book,
    asset: filter.asset ?? null,
    prefix: filter.codePrefix === undefined || filter.codePrefix === '' ? null : filter.codePrefix,
    state: filter.state === undefined ? null : accountState[filter.state],
    terms: metadata.map((pair) => metadataTerm(book, 'account', pair)),
    metadata,
  }
}

/** Accounts per round, at about 2 µs each. */
const roundRows = [256, 1024, 3000] as const
const sample = 256
/** Codes of a prefix that may be read and sorted, at about 0.3 µs each. */
const prefixMax = 16_384
const numberMax = Number.MAX_SAFE_INTEGER

/** Chooses the rarest stream: the one whose next rows reach the lowest number. */
async function chooseStream(
  database: Queryable,
  parameters: Parameters,
  cursor: AccountCursor | undefined,
): Promise<Stream> {
  const { book, asset, prefix, state, terms } = parameters
  const rareState = state !== null && state !== accountState.open
  const [only, ...more] = [
    ...(asset === null ? [] : ['asset' as const]),
    ...(rareState ? ['state' as const] : []),
    ...terms.map((_, place) => `term ${place}` as const),
  ]
  // The state stream covers all books, and other books may have many accounts that are not open.
  if (prefix === null && more.length === 0 && !rareState) return only ?? 'book'
  const rows = await database.query<Density>({
    name: 'ledger-read-accounts-densities',
    text: densities,
    values: [book, asset, prefix, rareState ? state : null, terms, cursor ?? numberMax],
  })
  const [rarest] = rows.flatMap(toRarity).sort((one, other) => one.lowest - other.lowest || one.found - other.found)
  return rarest?.stream ?? 'book'
}

type Density = { stream: Stream; found: bigint; lowest: bigint | null }

/** Empty for a prefix of too many accounts, which is never scanned. */
function toRarity({ stream, found, lowest }: Density) {
  const count = Number(found)
  if (stream === 'prefix' && count > prefixMax) return []
  // A stream that ends within the sample is rarer than any that continues.
  const ends = stream === 'prefix' || count < sample
  return [{ stream, found: count, lowest: ends ? -1 : Number(lowest) }]
}

/**
 * Accounts that are or once were not open, newest first: the next row reads on below the row before. An account has a
 * row of settings for each change while it is frozen, and other accounts must not pay for those.
 */
const notOpenText = `with recursive walk as (
      (select s.account from ledger.account_settings s where s.state <> 0 and s.account < $6
       order by s.account desc limit 1)
      union all
      select next.account from walk
      cross join lateral (
        select s.account from ledger.account_settings s where s.state <> 0 and s.account < walk.account
        order by s.account desc limit 1
      ) next
    ) select walk.account as number from walk`

const densities = `
  select 'book' as stream, count(*) as found, min(d.number) as lowest
  from (select a.number from ledger.accounts a where a.book_id = $1 and a.number < $6
        order by a.number desc limit ${sample}) d
  having $4::smallint is not null
  union all
  select 'asset', count(*), min(d.number)
  from (select a.number from ledger.accounts a where a.book_id = $1 and a.asset = $2 and a.number < $6
        order by a.number desc limit ${sample}) d
  having $2::text is not null
  union all
  select 'prefix', count(*), min(d.number)
  from (select a.number from ledger.accounts a where a.book_id = $1 and a.code >= $3 and a.code < $3 || '~'
        order by a.code limit ${prefixMax + 1}) d
  having $3::text is not null
  union all
  select 'state', count(*), min(d.number)
  from (${notOpenText} limit ${sample}) d
  having $4::smallint is not null
  union all
  select 'term ' || (w.place - 1), d.found, d.lowest
  from unnest($5::bigint[]) with ordinality w(term, place)
  cross join lateral (
    select count(*) as found, min(m.position) as lowest
    from (select m.position from ledger.metadata_terms m where m.term = w.term and m.position < $6
          order by m.position desc limit ${sample}) m
  ) d`

const scans: Record<'book' | 'asset' | 'state' | 'prefix' | 'term', string> = {
  book: `select a.number from ledger.accounts a where a.book_id = $1 and a.number < $6 order by a.number desc limit $8`,
  asset: `select a.number from ledger.accounts a where a.book_id = $1 and a.asset = $2 and a.number < $6
          order by a.number desc limit $8`,
  // Chosen only for a prefix of few codes: it reads all and keeps the newest.
  prefix: `select p.number from (
             select a.number from ledger.accounts a where a.book_id = $1 and a.code >= $3 and a.code < $3 || '~'
             order by a.code limit ${2 * prefixMax}
           ) p where p.number < $6 order by p.number desc limit $8`,
  state: `${notOpenText} limit $8`,
  term: `select m.position as number from ledger.metadata_terms m where m.term = $9 and m.position < $6
         order by m.position desc limit $8`,
}

// A null parameter matches everything. Scalar subqueries keep the planner from turning the index probes into joins.
const scanText = (scan: string) => `
  with scan as materialized (${scan}),
  page as (
    select ${accountColumns}
    from scan
    cross join lateral (
      select a.number, a.id, a.code, a.asset, a.created_at
      from ledger.accounts a
      where a.number = scan.number and a.book_id = $1
        and ($2::text is null or a.asset = $2)
        and ($3::text is null or (a.code >= $3 and a.code < $3 || '~'))
      offset 0
    ) a
    ${accountLaterals}
    where ($4::smallint is null or s.state = $4)
      and (select count(*) from unnest($5::bigint[]) w(term)
           where (select m.position from ledger.metadata_terms m
                  where m.term = w.term and m.position = scan.number) is null) = 0
    order by scan.number desc
    limit $7
  )
  select reach.scanned, reach.reached, page.*
  from (select count(*) as scanned, min(scan.number) as reached from scan) reach
  left join page on true
  order by page.number desc`

type ScanRow = { scanned: bigint; reached: bigint | null } & (AccountRow | { number: null })

async function scanAccounts(
  database: Queryable,
  options: {
    readonly parameters: Parameters
    readonly stream: Stream
    readonly cursor: AccountCursor | undefined
    readonly scannedMax: number
    readonly wanted: number
  },
): Promise<Scanned<ListedAccount, AccountCursor>> {
  const { parameters, stream, cursor, scannedMax, wanted } = options
  const { book, asset, prefix, state, terms } = parameters
  const kind = stream.startsWith('term') ? 'term' : (stream as Exclude<Stream, `term ${number}`>)
  const term = kind === 'term' ? Number(stream.slice('term '.length)) : undefined
  const others = terms.filter((_, place) => place !== term)
  const rows = await database.query<ScanRow>({
    name: `ledger-read-accounts-by-${kind}`,
    text: scanText(scans[kind]),
    values: [
      ...[book, asset, prefix, state, others, cursor ?? numberMax, wanted, scannedMax],
      ...(term === undefined ? [] : [terms[term]]),
    ],
  })
  const found = rows.filter((row) => row.number !== null)
  const items = found
    .map((row) => ({ number: Number(row.number), account: toAccount(book, row) }))
    .filter((item) => parameters.metadata.every(([key, value]) => item.account.metadata[key] === value))
  return { items, reached: reachedBy({ rows, found: found.length, scannedMax, wanted }) }
}

function reachedBy(outcome: {
  readonly rows: readonly ScanRow[]
  readonly found: number
  readonly scannedMax: number
  readonly wanted: number
}): AccountCursor | undefined {
  const last = outcome.rows.at(-1)
  // A full page stopped at its last row. Otherwise the page covers all scanned rows.
  if (outcome.found === outcome.wanted && last?.number != null) return Number(last.number)
  const scanned = Number(last?.scanned ?? 0n)
  return scanned < outcome.scannedMax || last?.reached == null ? undefined : Number(last.reached)
}
