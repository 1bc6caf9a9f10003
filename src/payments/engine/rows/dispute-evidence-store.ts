import type { Timestamp, Uuid } from '#kernel'
import { type BurstStep, CopyEncoder, micros, type Queryable, toUuid } from '#platform/postgres'
import type { DisputeEvidence } from '#rails'
import { copyText } from './row-text.ts'

export type AnswerOf = { readonly book: number; readonly dispute: Uuid; readonly answer: Uuid }

export function insertEvidenceStep(
  { book, dispute, answer }: AnswerOf,
  evidence: readonly DisputeEvidence[],
): BurstStep {
  const row = new CopyEncoder()
  for (const [ordinal, { name, mediaType, bytes }] of evidence.entries()) {
    row.tuple(7)
    row.uuid(dispute)
    row.uuid(answer)
    row.int4(ordinal)
    row.int4(book)
    copyText(row, name)
    row.text(mediaType)
    row.bytes(bytes)
  }
  return {
    name: 'payments-insert-evidence',
    text: `copy payments.dispute_evidence (dispute_id, answer_id, ordinal, book_id, name, media_type, bytes)
      from stdin (format binary)`,
    copy: row.stream(),
  }
}

export async function readEvidence(on: Queryable, { dispute, answer }: AnswerOf): Promise<DisputeEvidence[]> {
  const rows = await on.query<{ name: string | null; media_type: string; bytes: Buffer }>({
    name: 'payments-read-evidence',
    text: `select name, media_type, bytes from payments.dispute_evidence
      where dispute_id = $1::uuid and answer_id = $2::uuid order by ordinal`,
    values: [dispute, answer],
  })
  return rows.map(({ name, media_type: mediaType, bytes }) => ({ ...(name !== null && { name }), mediaType, bytes }))
}

/** What was sent, without the bytes themselves. */
export type EvidenceSent = {
  readonly answer: Uuid
  readonly name: string | undefined
  readonly mediaType: string
  readonly bytes: number
  readonly sha256: string
  readonly createdAt: Timestamp
}

export async function listEvidence(on: Queryable, dispute: Uuid): Promise<EvidenceSent[]> {
  const rows = await on.query<{
    answer_id: string
    name: string | null
    media_type: string
    size: number
    sha256: string
    at: bigint
  }>({
    name: 'payments-list-evidence',
    text: `select answer_id, name, media_type, octet_length(bytes) as size, encode(sha256(bytes), 'hex') as sha256,
        ${micros('created_at')} as at
      from payments.dispute_evidence where dispute_id = $1::uuid order by created_at, answer_id, ordinal limit 100`,
    values: [dispute],
  })
  return rows.map((row) => ({
    answer: toUuid(row.answer_id),
    name: row.name ?? undefined,
    mediaType: row.media_type,
    bytes: row.size,
    sha256: row.sha256,
    createdAt: Number(row.at),
  }))
}
