import type { Timestamp, Uuid } from '#kernel'
import { fromMicros, micros, type Queryable, toUuid } from '#platform/postgres'
import type { Account, BookNumber, CreateAccount, Metadata } from '../commands.ts'
import { heldNow } from '../holds/lapsed-holds-read-model.ts'
import { type AccountFacts, accountFacts } from './account-facts.ts'

type FactsRow = { number: bigint; book_id: number; id: string; code: string; asset: string }

export async function readAccountsByCode(
  queryable: Queryable,
  wanted: readonly { book: BookNumber; code: string }[],
): Promise<AccountFacts[]> {
  const rows = await queryable.query<FactsRow>({
    name: 'ledger-accounts-by-code',
    // LIMIT keeps the planner at one index probe per row, for any number of rows.
    text: `select a.number, a.book_id, a.id, a.code, a.asset
      from unnest($1::integer[], $2::text[]) as wanted (book_id, code)
      cross join lateral (
        select number, book_id, id, code, asset from ledger.accounts
        where book_id = wanted.book_id and code = wanted.code limit 1
      ) a`,
    values: [wanted.map(({ book }) => book), wanted.map(({ code }) => code)],
  })
  return rows.map(toFacts)
}

export async function readAccountsById(
  queryable: Queryable,
  wanted: readonly { book: BookNumber; id: string }[],
): Promise<AccountFacts[]> {
  const rows = await queryable.query<FactsRow>({
    name: 'ledger-accounts-by-id',
    text: `select a.number, a.book_id, a.id, a.code, a.asset
      from unnest($1::integer[], $2::uuid[]) as wanted (book_id, id)
      cross join lateral (
        select number, book_id, id, code, asset from ledger.accounts
        where book_id = wanted.book_id and id = wanted.id limit 1
      ) a`,
    values: [wanted.map(({ book }) => book), wanted.map(({ id }) => id)],
  })
  return rows.map(toFacts)
}

function toFacts(row: FactsRow): AccountFacts {
  return accountFacts({
    number: Number(row.number),
    book: row.book_id,
    id: toUuid(row.id),
    code: row.code,
    asset: row.asset,
  })
}

/** `state` is a code of `accountState`. */
export type Limits = {
  readonly number: number
  readonly state: number
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  /** Posted plus pending in, without lapsed holds; 0n without a `maxBalance`. */
  readonly incoming: bigint
}

/** Reads balances only of accounts with a `maxBalance`. */
export async function readLimits(queryable: Queryable, accounts: readonly number[]): Promise<Limits[]> {
  const rows = await queryable.query<{
    number: bigint
    state: number
    min_available: bigint | null
    max_balance: bigint | null
    incoming: bigint
  }>({
    name: 'ledger-limits',
    text: `select wanted.number, settings.state, settings.min_available, settings.max_balance,
        coalesce(entry.posted + ${heldNow('in', { entry: 'entry', account: 'wanted.number' })}, 0) as incoming
      from unnest($1::bigint[]) as wanted (number)
      cross join lateral (
        select min_available, max_balance, state from ledger.account_settings
        where account = wanted.number order by version desc limit 1
      ) settings
      left join lateral (
        select posted, pending_in from ledger.entries
        where account = wanted.number and settings.max_balance is not null order by version desc limit 1
      ) entry on true`,
    values: [accounts],
  })
  return rows.map((row) => ({
    number: Number(row.number),
    state: row.state,
    minAvailable: row.min_available,
    maxBalance: row.max_balance,
    incoming: row.incoming,
  }))
}

export type Opening = { readonly account: Account }

type OpeningRow = FactsRow & {
  min_available: bigint | null
  max_balance: bigint | null
  metadata: Metadata | null
  created_at: bigint
}

/** The accounts as they were opened, by `book id`. */
export async function readOpenings(
  queryable: Queryable,
  wanted: readonly { readonly book: BookNumber; readonly id: Uuid }[],
): Promise<Map<string, Opening>> {
  const rows = await queryable.query<OpeningRow>({
    name: 'ledger-openings',
    text: `select a.number, a.book_id, a.id, a.code, a.asset,
        ${micros('a.created_at')} as created_at,
        settings.min_available, settings.max_balance, settings.metadata
      from unnest($1::integer[], $2::uuid[]) as wanted (book_id, id)
      cross join lateral (
        select number, book_id, id, code, asset, created_at from ledger.accounts
        where book_id = wanted.book_id and id = wanted.id limit 1
      ) a
      join ledger.account_settings settings on settings.account = a.number and settings.version = 0`,
    values: [wanted.map(({ book }) => book), wanted.map(({ id }) => id)],
  })
  return new Map(rows.map((row) => [`${row.book_id} ${toUuid(row.id)}`, { account: toOpening(row) }]))
}

/** Inserts accounts at `position` and after. Skips existing ids and codes. Returns the new numbers by id. */
export async function insertAccounts(
  queryable: Queryable,
  commands: readonly CreateAccount[],
  position: number,
  now: Timestamp,
): Promise<Map<Uuid, number>> {
  const rows = await queryable.query<{ number: bigint; id: string }>({
    name: 'ledger-insert-accounts',
    // Numbers follow the commands, but rows are inserted in code order. So transactions that open the same codes wait
    // for one another in one direction only.
    text: `with opened as materialized (
        select nextval(pg_get_serial_sequence('ledger.accounts', 'number')) as number, $1::bigint + place - 1 as position,
          book_id, id, code, asset
        from unnest($3::integer[], $4::uuid[], $5::text[], $6::text[]) with ordinality
          as given (book_id, id, code, asset, place)
        order by place
      )
      insert into ledger.accounts (number, position, book_id, id, code, asset, created_at)
      select number, position, book_id, id, code, asset, ${fromMicros('$2::bigint')}
      from opened order by book_id, code
      on conflict do nothing
      returning number, id`,
    values: [
      position,
      now,
      commands.map(({ book }) => book),
      commands.map(({ id }) => id),
      commands.map(({ code }) => code),
      commands.map(({ asset }) => asset),
    ],
  })
  return new Map(rows.map((row) => [toUuid(row.id), Number(row.number)]))
}

function toOpening(row: OpeningRow): Account {
  return {
    id: toUuid(row.id),
    code: row.code,
    asset: row.asset,
    book: row.book_id,
    state: 'open',
    minAvailable: row.min_available,
    maxBalance: row.max_balance,
    posted: 0n,
    pendingOut: 0n,
    pendingIn: 0n,
    version: 0,
    metadata: row.metadata ?? {},
    createdAt: Number(row.created_at),
  }
}

export async function readCurrentSettings(
  queryable: Queryable,
  account: number,
): Promise<{ readonly metadata: Metadata; readonly createdAt: Timestamp }> {
  const [row] = await queryable.query<{ metadata: Metadata | null; created_at: bigint }>({
    name: 'ledger-current-settings',
    text: `select settings.metadata, ${micros('a.created_at')} as created_at
      from ledger.accounts a join ledger.account_settings settings on settings.account = a.number
      where a.number = $1 order by settings.version desc limit 1`,
    values: [account],
  })
  return { metadata: row?.metadata ?? {}, createdAt: Number(row?.created_at ?? 0) }
}

/** `position` is the number of an account or the position of a transfer. */
export async function deleteMetadataTerms(
  queryable: Queryable,
  terms: readonly bigint[],
  position: number,
): Promise<void> {
  await queryable.query({
    text: 'delete from ledger.metadata_terms where term = any ($1::bigint[]) and position = $2',
    values: [terms.map(String), position],
  })
}
