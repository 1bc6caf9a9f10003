import type { Uuid } from '#kernel'
import type { AddressList } from '#platform/addresses'
import { isPermission, type Scope } from '#platform/http'
import {
  byId,
  equals,
  type ListTable,
  type Page,
  type PageRequest,
  readItem,
  readItems,
  readPage,
} from '#platform/lists'
import { micros, type Queryable, type Transaction, timeOrNone, toUuid } from '#platform/postgres'
import type { ApiKey, Book } from './access.ts'
import type { Grant } from './grant.ts'
import { revocable } from './revocable.ts'
import { addressesColumn, addressesOf, bookColumns, bookOfRow, type RowInBook } from './stored-columns.ts'

const books: ListTable<BookRow, Book, number> = {
  from: 'access.books',
  columns: `books.number, books.id, books.code, books.name, ${micros('books.created_at')} as created_at`,
  toItem: toBook,
  order: {
    columns: ['books.number'],
    valuesAt: (number, bind) => [`${bind(number)}::bigint`],
    cursorOf: ({ number }) => number,
    start: Number.MAX_SAFE_INTEGER,
  },
}
const apiKeys: ListTable<KeyRow, ApiKey> = {
  from: 'access.api_keys keys join access.books on books.number = keys.book_id',
  columns: `keys.id, keys.scope, keys.permissions, keys.name, ${addressesColumn('keys')}, ${micros('keys.created_at')} as created_at,
    ${micros('keys.revoked_at')} as revoked_at, ${micros('keys.last_used_at')} as last_used_at, ${bookColumns}`,
  toItem: toApiKey,
  order: byId('keys.id'),
}

export async function insertBook(
  tx: Transaction,
  book: { readonly id: Uuid; readonly code: string; readonly name: string | null },
): Promise<Book | undefined> {
  const rows = await tx.query<BookRow>({
    text: `insert into access.books (id, code, name) values ($1, $2, $3)
      on conflict (code) do nothing
      returning ${books.columns}`,
    values: [book.id, book.code, book.name],
  })
  return rows.map(toBook)[0]
}

export function findBook(
  database: Queryable,
  by: { readonly id: Uuid } | { readonly code: string },
): Promise<Book | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['code', by.code]
  return readItem(database, books, { text: `where books.${column} = $1`, values: [value] })
}

/** The one that was made first. */
export function findFirstBook(on: Queryable): Promise<Book | undefined> {
  return readItem(on, books, { text: 'order by books.number limit 1' })
}

export async function hasBooks(tx: Transaction): Promise<boolean> {
  const rows = await tx.query<{ exists: boolean }>({ text: 'select exists (select 1 from access.books) as exists' })
  return rows[0]?.exists === true
}

export async function insertKey(
  tx: Transaction,
  key: {
    readonly id: Uuid
    readonly hash: Buffer
    readonly book: number
    readonly grant: Grant
    readonly name: string
    readonly addresses: AddressList | undefined
  },
): Promise<void> {
  const { grant } = key
  const [scope, listed] = 'scope' in grant ? [grant.scope, null] : [null, [...grant.permissions]]
  await tx.query({
    text: `insert into access.api_keys (id, hash, book_id, scope, permissions, name, allowed_addresses)
      values ($1, $2, $3, $4, $5::text[], $6, $7::text[])`,
    values: [key.id, key.hash, key.book, scope, listed, key.name, key.addresses?.blocks ?? null],
  })
}

export function findKey(database: Queryable, id: Uuid): Promise<ApiKey | undefined> {
  return readItem(database, apiKeys, { text: 'where keys.id = $1', values: [id] })
}

export function findKeyByHash(database: Queryable, hash: Buffer): Promise<ApiKey | undefined> {
  return readItem(database, apiKeys, { text: 'where keys.hash = $1 and keys.revoked_at is null', values: [hash] })
}

export type LockedKeys = { readonly inForce: readonly Uuid[]; readonly operators: readonly Uuid[] }

/**
 * Locks keys, and with `operators` all operator keys in force, in one statement and in the order of their ids. Every
 * transaction locks keys in this order, and locks no more of them later.
 */
export async function lockKeys(
  tx: Transaction,
  { ids, operators }: { readonly ids: readonly Uuid[]; readonly operators: boolean },
): Promise<LockedKeys> {
  const rows = await tx.query<{ id: string; in_force: boolean; is_operator: boolean }>({
    text: `select id, revoked_at is null as in_force, scope = 'operator' as is_operator from access.api_keys
      where id = any (array(
        select unnest($1::uuid[])
        union all select id from access.api_keys where $2 and scope = 'operator' and revoked_at is null
      )) order by id for update`,
    values: [ids, operators],
  })
  const inForce = rows.filter(({ in_force }) => in_force)
  return {
    inForce: inForce.map(({ id }) => toUuid(id)),
    operators: inForce.filter(({ is_operator }) => is_operator).map(({ id }) => toUuid(id)),
  }
}

/** Newest first. `seconds`: only those that are not older. */
export function listNewestKeys(
  database: Queryable,
  { limit, seconds }: { readonly limit: number; readonly seconds: number | undefined },
): Promise<{ key: ApiKey; hash: Buffer }[]> {
  const toItem = (row: KeyRow & { hash: Buffer }) => ({ key: toApiKey(row), hash: row.hash })
  const withHashes = { from: apiKeys.from, columns: `${apiKeys.columns}, keys.hash`, toItem }
  const text = `where keys.revoked_at is null and ($2::float is null or keys.created_at > now() - make_interval(secs => $2))
    order by keys.id desc limit $1`
  return readItems(database, withHashes, { text, values: [limit, seconds ?? null] })
}

export async function listKeyHashes(
  database: Queryable,
  { after, limit }: { readonly after: Uuid | undefined; readonly limit: number },
): Promise<{ id: Uuid; hash: Buffer }[]> {
  const rows = await database.query<{ id: string; hash: Buffer }>({
    text: `select id, hash from access.api_keys where revoked_at is null and id > $1 order by id limit $2`,
    values: [after ?? '0'.repeat(32), limit],
  })
  return rows.map(({ id, hash }) => ({ id: toUuid(id), hash }))
}

export const { markRevoked, markUsed } = revocable('api_keys')

export function listBooks(database: Queryable, request: PageRequest<number>): Promise<Page<Book, number>> {
  return readPage(database, books, { ...request, where: [] })
}

export async function listBookNumbers(database: Queryable): Promise<number[]> {
  const rows = await database.query<{ number: number }>({ text: 'select number from access.books order by number' })
  return rows.map(({ number }) => number)
}

/** By their number. */
export async function readBookIds(database: Queryable): Promise<ReadonlyMap<number, Uuid>> {
  const rows = await database.query<{ number: number; id: string }>({ text: 'select number, id from access.books' })
  return new Map(rows.map(({ number, id }) => [number, toUuid(id)]))
}

export function listKeys(
  database: Queryable,
  { book, ...request }: PageRequest<Uuid> & { readonly book: number },
): Promise<Page<ApiKey, Uuid>> {
  return readPage(database, apiKeys, { ...request, where: equals('keys.book_id', book) })
}

type BookRow = { number: number; id: string; code: string; name: string | null; created_at: bigint }

type KeyRow = RowInBook & {
  id: string
  scope: Scope | null
  permissions: string[] | null
  name: string
  allowed_addresses: string | null
  created_at: bigint
  revoked_at: bigint | null
  last_used_at: bigint | null
}

function toBook(row: BookRow): Book {
  return { number: row.number, id: toUuid(row.id), code: row.code, name: row.name, createdAt: Number(row.created_at) }
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: toUuid(row.id),
    book: bookOfRow(row),
    // A newer program may have stored permissions that this one does not know.
    grant: row.scope === null ? { permissions: new Set(row.permissions?.filter(isPermission)) } : { scope: row.scope },
    name: row.name,
    addresses: addressesOf(row),
    createdAt: Number(row.created_at),
    revokedAt: timeOrNone(row.revoked_at),
    lastUsedAt: timeOrNone(row.last_used_at),
  }
}
