import type { Uuid } from '#kernel'
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
import { fromMicros, micros, type Queryable, type Transaction, timeOrNone, toUuid } from '#platform/postgres'
import { raiseRevision } from '../revision.ts'
import { revocable } from '../revocable.ts'
import { addressesColumn, addressesOf, bookColumns, bookOfRow, type RowInBook } from '../stored-columns.ts'
import { type ClientProof, type ListedClient, type OauthClient, withoutKeys } from './oauth-client.ts'

const clients: ListTable<ClientRow, OauthClient> = {
  from: 'access.oauth_clients clients join access.books on books.number = clients.book_id',
  columns: `clients.id, clients.name, clients.permissions, clients.generation, clients.revision, clients.proof, clients.redirect_uris, ${addressesColumn('clients')}, clients.secret_hash, clients.previous_hash,
    ${micros('clients.previous_until')} as previous_until, clients.jwks, clients.dns_name, ${micros('clients.created_at')} as created_at,
    ${micros('clients.revoked_at')} as revoked_at, ${micros('clients.last_used_at')} as last_used_at, ${bookColumns}`,
  toItem: toClient,
  order: byId('clients.id'),
}

const listed: ListTable<ClientRow, ListedClient> = {
  ...clients,
  columns: clients.columns.replace('clients.jwks', 'null::text as jwks'),
  toItem: toListed,
  order: byId('clients.id'),
}

export async function insertClient(
  tx: Transaction,
  client: Pick<OauthClient, 'id' | 'name' | 'permissions' | 'proof' | 'redirectUris' | 'addresses'> & {
    readonly book: number
  },
): Promise<void> {
  const { id, book, name, permissions, proof, addresses } = client
  await tx.query({
    text: `insert into access.oauth_clients (id, book_id, name, permissions, proof, secret_hash, jwks, dns_name, redirect_uris, allowed_addresses)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      id,
      book,
      name,
      permissions,
      proof.kind,
      proof.kind === 'secret' ? proof.hash : null,
      proof.kind === 'keys' ? JSON.stringify(proof.keys) : null,
      proof.kind === 'certificate' ? proof.dnsName : null,
      client.redirectUris,
      addresses?.blocks ?? null,
    ],
  })
}

export function findClient(on: Queryable, id: Uuid): Promise<OauthClient | undefined> {
  return readItem(on, clients, { text: 'where clients.id = $1', values: [id] })
}

export function findListedClient(on: Queryable, id: Uuid): Promise<ListedClient | undefined> {
  return readItem(on, listed, { text: 'where clients.id = $1', values: [id] })
}

/** Locks them in the order of their ids, after all keys that the transaction locks. */
export function lockClients(tx: Transaction, ids: readonly Uuid[]): Promise<readonly OauthClient[]> {
  const text = 'where clients.id = any ($1::uuid[]) order by clients.id for update of clients'
  return readItems(tx, clients, { text, values: [ids] })
}

/** Newest first. `seconds`: only those that were made or changed within that time. */
export function listNewestClients(
  on: Queryable,
  { limit, seconds }: { readonly limit: number; readonly seconds: number | undefined },
): Promise<ListedClient[]> {
  const since = 'now() - make_interval(secs => $2)'
  const text = `where clients.revoked_at is null
      and ($2::float is null or clients.created_at > ${since} or clients.revision > (extract(epoch from ${since}) * 1000000)::bigint)
    order by clients.id desc limit $1`
  return readItems(on, listed, { text, values: [limit, seconds ?? null] })
}

export function listClients(
  on: Queryable,
  { book, ...request }: PageRequest<Uuid> & { readonly book: number },
): Promise<Page<ListedClient, Uuid>> {
  return readPage(on, listed, { ...request, where: equals('clients.book_id', book) })
}

export async function updateClient(
  tx: Transaction,
  client: Pick<OauthClient, 'id' | 'name' | 'permissions' | 'generation' | 'addresses'> & {
    readonly keys: readonly object[] | undefined
  },
): Promise<void> {
  const { id, name, permissions, generation, keys, addresses } = client
  await tx.query({
    text: `update access.oauth_clients
      set name = $2, permissions = $3, generation = $4, jwks = coalesce($5, jwks), allowed_addresses = $6::text[],
        ${raiseRevision} where id = $1`,
    values: [
      id,
      name,
      permissions,
      generation,
      keys === undefined ? null : JSON.stringify(keys),
      addresses?.blocks ?? null,
    ],
  })
}

export async function replaceSecret(
  tx: Transaction,
  { id, hash, keepSeconds }: { readonly id: Uuid; readonly hash: Buffer; readonly keepSeconds: number },
): Promise<void> {
  await tx.query({
    text: `update access.oauth_clients set secret_hash = $2,
        previous_hash = case when $3 > 0 then secret_hash end,
        previous_until = case when $3 > 0 then now() + make_interval(secs => $3) end,
        ${raiseRevision}
      where id = $1`,
    values: [id, hash, keepSeconds],
  })
}

/** As it was after a change that this server does not have. */
export async function restoreClient(tx: Transaction, client: OauthClient): Promise<void> {
  const { id, name, permissions, generation, revision, proof, addresses, revokedAt } = client
  const { hash, previous } = proof.kind === 'secret' ? proof : {}
  await tx.query({
    text: `update access.oauth_clients set name = $2, permissions = $3, generation = greatest(generation, $4), revision = $5,
        secret_hash = $6, previous_hash = $7, previous_until = ${fromMicros('$8::bigint')}, jwks = $9, allowed_addresses = $10::text[],
        revoked_at = coalesce(revoked_at, ${fromMicros('$11::bigint')})
      where id = $1`,
    values: [
      ...[id, name, permissions, generation, revision, hash ?? null, previous?.hash ?? null, previous?.until ?? null],
      ...[proof.kind === 'keys' ? JSON.stringify(proof.keys) : null, addresses?.blocks ?? null, revokedAt ?? null],
    ],
  })
}

export const { markRevoked: markClientRevoked, markUsed: markClientsUsed } = revocable('oauth_clients')

type ClientRow = RowInBook & {
  id: string
  name: string
  permissions: string[]
  generation: number
  revision: bigint
  proof: string
  redirect_uris: string[]
  allowed_addresses: string | null
  secret_hash: Buffer | null
  previous_hash: Buffer | null
  previous_until: bigint | null
  jwks: string | null
  dns_name: string | null
  created_at: bigint
  revoked_at: bigint | null
  last_used_at: bigint | null
}

function toClient(row: ClientRow): OauthClient {
  return {
    id: toUuid(row.id),
    book: bookOfRow(row),
    name: row.name,
    permissions: row.permissions,
    generation: row.generation,
    revision: row.revision,
    addresses: addressesOf(row),
    proof: toProof(row),
    redirectUris: row.redirect_uris,
    createdAt: Number(row.created_at),
    revokedAt: timeOrNone(row.revoked_at),
    lastUsedAt: timeOrNone(row.last_used_at),
  }
}

function toListed(row: ClientRow): ListedClient {
  return withoutKeys(toClient(row))
}

function toProof(row: ClientRow): ClientProof {
  if (row.proof === 'public') return { kind: 'public' }
  if (row.dns_name !== null) return { kind: 'certificate', dnsName: row.dns_name }
  if (row.secret_hash === null) return { kind: 'keys', keys: JSON.parse(row.jwks ?? '[]') }
  const isKept = row.previous_hash !== null && row.previous_until !== null
  const previous = isKept ? { hash: row.previous_hash as Buffer, until: Number(row.previous_until) } : undefined
  return { kind: 'secret', hash: row.secret_hash, previous }
}
