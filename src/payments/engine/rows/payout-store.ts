import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import { type BurstStep, CopyEncoder, fewRows, fromMicros, plainArray, textArray, toUuid } from '#platform/postgres'
import { openField, sealField } from '#platform/sealing'
import type { Payout } from '../../payment.ts'
import { findReferencesStep, type Locking, lockRowsStep, readRowsStep } from './read-rows.ts'
import {
  copyText,
  copyTime,
  copyUuid,
  metadataJson,
  phaseText,
  rowTable,
  type TextRow,
  textsJson,
  toDeadline,
  toMetadata,
  toOptionalUuid,
  toPhase,
  toReturned,
  toTexts,
} from './row-text.ts'
import { placeOf, termsText, toTerms } from './terms-text.ts'

const columns = [
  'book_id',
  'id',
  'created_at',
  'amount',
  'vendor',
  'attempts',
  'version',
  'current_attempt',
  'state',
  'phase',
  'reason',
  'asset',
  'lane',
  'vendor_code',
  'source',
  'rail',
  'other_rails',
  'instrument',
  'holds',
  'rail_reference',
  'reference',
  'metadata',
  'amount_returned',
  'terms',
  'deadline_at',
] as const

export const payoutTable = rowTable('payouts', columns, ['created_at', 'deadline_at'])

export function lockPayoutsStep(book: number, ids: readonly Uuid[], locking?: Locking): BurstStep {
  return lockRowsStep(payoutTable, book, ids, locking)
}

export function readPayoutsStep(book: number, ids: readonly Uuid[]): BurstStep {
  return readRowsStep(payoutTable, book, ids)
}

export function findPayoutReferencesStep(book: number, references: readonly string[]): BurstStep {
  return findReferencesStep(payoutTable, book, references)
}

export function insertPayoutsStep(payouts: readonly Payout[]): BurstStep {
  const row = new CopyEncoder()
  for (const payout of payouts) {
    row.tuple(columns.length + 1)
    row.timestamp(payout.createdAt)
    row.int4(payout.book)
    row.uuid(payout.id)
    row.timestamp(payout.createdAt)
    row.bigint8(payout.amount)
    row.int4(payout.vendor)
    row.int4(payout.attempts)
    row.int4(payout.version)
    copyUuid(row, payout.currentAttempt)
    row.text(payout.state)
    row.text(phaseText(payout))
    copyText(row, payout.reason)
    row.text(payout.asset)
    row.text(payout.lane)
    copyText(row, payout.vendorCode)
    row.text(payout.source)
    row.text(payout.rail)
    copyText(row, textsJson(payout.otherRails))
    row.text(instrumentText(payout))
    copyText(row, textsJson(payout.holds))
    copyText(row, payout.railReference)
    copyText(row, payout.reference)
    copyText(row, metadataJson(payout.metadata))
    row.bigint8(payout.amountReturned ?? 0n)
    copyText(row, termsText('payouts', payout))
    copyTime(row, payout.deadline)
  }
  return {
    name: 'payments-insert-payouts',
    text: `copy payments.payouts (updated_at, ${columns.join(', ')}) from stdin (format binary)`,
    copy: row.stream(),
  }
}

export function updatePayoutsStep(payouts: readonly Payout[], now: Timestamp): BurstStep {
  return {
    name: 'payments-update-payouts',
    text: `update payments.payouts p set updated_at = ${fromMicros('$1::bigint')},
        version = c.version, state = c.state, phase = c.phase, reason = c.reason, attempts = c.attempts,
        current_attempt = c.current_attempt, holds = c.holds, rail = c.rail, other_rails = c.other_rails, rail_reference = c.rail_reference,
        amount_returned = c.amount_returned
      from ${fewRows(`$2::integer[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::integer[],
        $9::uuid[], $10::json[], $11::text[], $12::json[], $13::text[], $14::bigint[]`)}
        as c (book_id, id, version, state, phase, reason, attempts, current_attempt, holds, rail, other_rails, rail_reference,
          amount_returned)
      where p.book_id = c.book_id and p.id = c.id`,
    values: [
      String(now),
      plainArray(payouts.map(({ book }) => book)),
      plainArray(payouts.map(({ id }) => id)),
      plainArray(payouts.map(({ version }) => version)),
      plainArray(payouts.map(({ state }) => state)),
      plainArray(payouts.map(phaseText)),
      textArray(payouts.map(({ reason }) => reason)),
      plainArray(payouts.map(({ attempts }) => attempts)),
      plainArray(payouts.map(({ currentAttempt }) => currentAttempt)),
      textArray(payouts.map(({ holds }) => textsJson(holds))),
      textArray(payouts.map(({ rail }) => rail)),
      textArray(payouts.map(({ otherRails }) => textsJson(otherRails))),
      textArray(payouts.map(({ railReference }) => railReference)),
      plainArray(payouts.map(({ amountReturned = 0n }) => amountReturned)),
    ],
  }
}

/** Writes their instruments and terms again. */
export function erasePayoutsStep(payouts: readonly Payout[], now: Timestamp): BurstStep {
  return {
    name: 'payments-erase-payouts',
    text: `update payments.payouts p set updated_at = ${fromMicros('$1::bigint')}, version = c.version,
        instrument = c.instrument, terms = c.terms
      from ${fewRows('$2::integer[], $3::uuid[], $4::integer[], $5::text[], $6::text[]')}
        as c (book_id, id, version, instrument, terms)
      where p.book_id = c.book_id and p.id = c.id`,
    values: [
      String(now),
      plainArray(payouts.map(({ book }) => book)),
      plainArray(payouts.map(({ id }) => id)),
      plainArray(payouts.map(({ version }) => version)),
      textArray(payouts.map(instrumentText)),
      textArray(payouts.map((payout) => termsText('payouts', payout))),
    ],
  }
}

function instrumentText(payout: Payout): string {
  return sealField(placeOf('payouts.instrument', payout), payout.instrument)
}

export function toPayout(row: TextRow): Payout {
  const named = { book: Number(row[0]), id: toUuid(row[1]) }
  return {
    ...named,
    createdAt: Number(row[2]),
    amount: BigInt(row[3] ?? 0),
    vendor: Number(row[4]),
    attempts: Number(row[5]),
    version: Number(row[6]),
    currentAttempt: toOptionalUuid(row[7]),
    state: row[8] as Payout['state'],
    phase: toPhase(row[9]),
    reason: row[10] ?? undefined,
    asset: row[11] ?? '',
    lane: row[12] as LaneName,
    vendorCode: row[13] ?? undefined,
    source: row[14] ?? '',
    rail: row[15] ?? '',
    otherRails: toTexts(row[16]),
    instrument: openField(placeOf('payouts.instrument', named), row[17] ?? ''),
    holds: toTexts(row[18]),
    railReference: row[19] ?? undefined,
    reference: row[20] ?? undefined,
    metadata: toMetadata(row[21]),
    ...toReturned(row[22]),
    ...toTerms('payouts', named, row[23]),
    ...toDeadline(row[24]),
  }
}
