import type { Uuid } from '#kernel'
import { metadataTerm } from '#ledger'
import { type BurstStep, CopyEncoder } from '#platform/postgres'
import type { Metadata } from '../payment.ts'

export type TermOwner = 'payment' | 'refund' | 'payout'

export function metadataTermsSteps(
  rows: readonly {
    readonly book: number
    readonly id: Uuid
    readonly kind: TermOwner
    readonly metadata: Metadata
  }[],
): BurstStep[] {
  let encoder: CopyEncoder | undefined
  for (const { book, id, kind, metadata } of rows) {
    for (const key in metadata) {
      encoder ??= new CopyEncoder(rows.length * 64)
      encoder.tuple(2)
      encoder.bigint8(metadataTerm(book, kind, [key, metadata[key] ?? '']))
      encoder.uuid(id)
    }
  }
  if (encoder === undefined) return []
  return [
    {
      name: 'payments-insert-metadata-terms',
      text: 'copy payments.metadata_terms (term, id) from stdin (format binary)',
      copy: encoder.stream(),
    },
  ]
}
