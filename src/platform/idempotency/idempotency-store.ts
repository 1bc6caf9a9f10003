import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type BurstAnswer, type BurstStep, CopyEncoder, type Queryable } from '../postgres/index.ts'
import type { IdempotencyClaim, StoredAnswer } from './idempotency.ts'

/** Bodies from this size on are compressed. */
const compressedFromBytes = 2048
const encodings = { plain: 0, zstd: 1 } as const

/** What is stored under a claim's key. */
export type FoundKey = { readonly kind: 'replayed'; readonly answer: StoredAnswer } | { readonly kind: 'mismatched' }

/** Looks a claim up in what {@link findKeysStep} found; undefined when its key is new. */
export type FoundKeys = (claim: IdempotencyClaim) => FoundKey | undefined

/**
 * The step of a burst that reads what is stored under the claims' keys. Each is looked up by itself: a join planned while
 * few keys were stored would go on to read all keys of a book, however many there are by then.
 */
export function findKeysStep(claims: readonly IdempotencyClaim[]): BurstStep {
  return {
    name: 'idempotency_find',
    text: `select stored.book_id, stored.key, encode(stored.fingerprint, 'hex'), stored.status, stored.encoding,
        encode(stored.body, 'hex')
      from unnest($1::integer[], $2::text[]) as claimed (book_id, key)
      cross join lateral (
        select k.book_id, k.key, k.fingerprint, k.status, k.encoding, k.body from platform.idempotency_keys k
        where k.book_id = claimed.book_id and k.key = claimed.key offset 0
      ) stored`,
    values: [`{${claims.map(({ book }) => book).join(',')}}`, textArray(claims.map(({ key }) => key))],
  }
}

/** Reads what {@link findKeysStep} answered. */
export function parseFoundKeys(found: BurstAnswer): FoundKeys {
  if (found.rows.length === 0) return () => undefined
  const rows = new Map(found.rows.map((row) => [`${row[0]} ${row[1]}`, row]))
  return (claim) => {
    const row = rows.get(`${claim.book} ${claim.key}`)
    if (row === undefined) return undefined
    const [, , fingerprint, status, encoding, body] = row
    if (fingerprint !== claim.fingerprint.toString('hex')) return { kind: 'mismatched' }
    return { kind: 'replayed', answer: { status: Number(status), body: decodeBody(Number(encoding), body ?? '') } }
  }
}

/**
 * The step of a burst that stores answers under their keys. It fails with a unique violation of
 * `idempotency_keys_pkey`, and the transaction with it, when another process was first.
 * With an `encoder` of the caller's own, its buffer is used again.
 */
export function storeKeysStep(
  rows: readonly { readonly claim: IdempotencyClaim; readonly answer: StoredAnswer }[],
  encoder: CopyEncoder = new CopyEncoder(),
): BurstStep {
  encoder.reset()
  for (const { claim, answer } of rows) {
    const [encoding, body] = encodeBody(answer.body)
    encoder.tuple(6)
    encoder.int4(claim.book)
    encoder.text(claim.key)
    encoder.bytes(claim.fingerprint)
    encoder.int2(answer.status)
    encoder.int2(encoding)
    if (typeof body === 'string') encoder.text(body)
    else encoder.bytes(body)
  }
  return {
    name: 'idempotency_store',
    text: `copy platform.idempotency_keys (book_id, key, fingerprint, status, encoding, body)
      from stdin (format binary)`,
    copy: encoder.stream(),
  }
}

/** "key" in ASCII: locks of two numbers are a space of their own, apart from those of one, which the program takes. */
const keyLocks = 7_038_329

/**
 * The step that makes transactions with one key wait for each other: a lock until the transaction ends. The hash is
 * no secret, and whoever chooses a key chooses its lock: so it must not be one that anything else waits for.
 */
export function lockKeyStep(claim: IdempotencyClaim): BurstStep {
  return {
    name: 'idempotency_lock',
    text: `select pg_advisory_xact_lock(${keyLocks}, hashtextextended($2, $1::bigint)::bit(32)::integer)`,
    values: [String(claim.book), claim.key],
  }
}

/** What a step of pruning deleted, and when the youngest of it was stored; PostgreSQL's text of a time. */
export type PrunedKeys = { readonly deleted: number; readonly until: string | undefined }

/**
 * Deletes the oldest keys, up to `rowsMax`, as far as they are older than `ageDays`. It walks the index of their
 * age from `from` on, so that it does not pass the places of what was deleted before.
 */
export async function deleteOldKeys(
  database: Queryable,
  {
    ageDays,
    rowsMax,
    from,
  }: { readonly ageDays: number; readonly rowsMax: number; readonly from?: string | undefined },
): Promise<PrunedKeys> {
  const [row] = await database.query<{ deleted: bigint; until: string | null }>({
    name: 'idempotency_prune',
    text: deleteOldKeysText,
    values: [ageDays, rowsMax, from ?? '-infinity'],
  })
  return { deleted: Number(row?.deleted ?? 0), until: row?.until ?? undefined }
}

export const deleteOldKeysText = `
  with old as (
    delete from platform.idempotency_keys where ctid = any (array(
      select ctid from platform.idempotency_keys
      where created_at >= $3::timestamptz and created_at < now() - make_interval(days => $1)
      order by created_at limit $2
    )) returning created_at)
  select count(*) as deleted, max(created_at)::text as until from old`

/** A short body is kept as it is, and as text: its binary form in COPY is the same UTF-8. */
function encodeBody(body: string): readonly [encoding: number, body: string | Buffer] {
  return body.length < compressedFromBytes
    ? [encodings.plain, body]
    : [encodings.zstd, zstdCompressSync(Buffer.from(body))]
}

function decodeBody(encoding: number, hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  return (encoding === encodings.zstd ? zstdDecompressSync(bytes) : bytes).toString()
}

/** A text[] in PostgreSQL's array form. */
function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
}
