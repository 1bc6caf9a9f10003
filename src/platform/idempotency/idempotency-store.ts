import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type BurstAnswer, type BurstStep, CopyEncoder, type Queryable, textArray } from '../postgres/index.ts'
import type { IdempotentRequest, StoredAnswer } from './idempotency.ts'

const compressedFromBytes = 2048
const encodings = { plain: 0, zstd: 1 } as const

export type FoundKey = { readonly kind: 'replayed'; readonly answer: StoredAnswer } | { readonly kind: 'mismatched' }

/** Looks up a request in the result of {@link findKeysStep}; undefined when its key is new. */
export type FoundKeys = (request: IdempotentRequest) => FoundKey | undefined

/** Reads the rows of the requests, key by key: a join planned on a small table would later read all keys of a book. */
export function findKeysStep(requests: readonly IdempotentRequest[]): BurstStep {
  return {
    name: 'idempotency_find',
    text: `select stored.book_id, stored.key, encode(stored.fingerprint, 'hex'), stored.status, stored.encoding,
        encode(stored.body, 'hex')
      from unnest($1::integer[], $2::text[]) as asked (book_id, key)
      cross join lateral (
        select k.book_id, k.key, k.fingerprint, k.status, k.encoding, k.body
        from platform.idempotency_keys k where k.book_id = asked.book_id and k.key = asked.key offset 0
      ) stored`,
    values: [`{${requests.map(({ book }) => book).join(',')}}`, textArray(requests.map(({ key }) => key))],
  }
}

/** Parses the answer to {@link findKeysStep}. */
export function parseFoundKeys(found: BurstAnswer): FoundKeys {
  if (found.rows.length === 0) return () => undefined
  const rows = new Map(found.rows.map((row) => [`${row[0]} ${row[1]}`, row]))
  return (request) => {
    const row = rows.get(`${request.book} ${request.key}`)
    if (row === undefined) return undefined
    const [, , fingerprint, status, encoding, body] = row
    if (fingerprint !== request.fingerprint.toString('hex')) return { kind: 'mismatched' }
    return { kind: 'replayed', answer: { status: Number(status), body: decodeBody(Number(encoding), body ?? '') } }
  }
}

/** Fails with a unique violation of `idempotency_keys_pkey` if another process stored a key first. */
export function storeKeysStep(
  rows: readonly { readonly idempotency: IdempotentRequest; readonly answer: StoredAnswer }[],
  encoder: CopyEncoder = new CopyEncoder(),
): BurstStep {
  encoder.reset()
  for (const { idempotency, answer } of rows) {
    const [encoding, body] = encodeBody(answer.body)
    encoder.tuple(6)
    encoder.int4(idempotency.book)
    encoder.text(idempotency.key)
    encoder.bytes(idempotency.fingerprint)
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

/** "key" in ASCII. Two-number advisory locks are separate from the one-number locks taken elsewhere. */
const keyLocks = 7_038_329

/** Transactions with one key wait for each other. A client can choose its lock, so nothing else may wait for these. */
export function lockKeyStep(request: IdempotentRequest): BurstStep {
  return {
    name: 'idempotency_lock',
    text: `select pg_advisory_xact_lock(${keyLocks}, hashtextextended($2, $1::bigint)::bit(32)::integer)`,
    values: [String(request.book), request.key],
  }
}

/** `until` is the creation time of the youngest deleted key, as PostgreSQL's text. */
export type PrunedKeys = { readonly deleted: number; readonly until: string | undefined }

/** Deletes up to `rowsMax` keys over `ageDays`, oldest first. `from` skips the dead entries of earlier deletions. */
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

/** A short body is stored plain and passed as text: its binary form in COPY is the same UTF-8. */
function encodeBody(body: string): readonly [encoding: number, body: string | Buffer] {
  return body.length < compressedFromBytes
    ? [encodings.plain, body]
    : [encodings.zstd, zstdCompressSync(Buffer.from(body))]
}

function decodeBody(encoding: number, hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  return (encoding === encodings.zstd ? zstdDecompressSync(bytes) : bytes).toString()
}
