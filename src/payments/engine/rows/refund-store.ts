import type { Timestamp, Uuid } from '#kernel'
import { type BurstStep, CopyEncoder, fewRows, fromMicros, plainArray, textArray, toUuid } from '#platform/postgres'
import type { Refund } from '../../payment.ts'
import { readRowsOfStep, readRowsOfSuspendedStep, readRowsStep } from './read-rows.ts'
import {
  copyBoolean,
  copyText,
  copyUuid,
  metadataJson,
  rowTable,
  sharesJson,
  type TextRow,
  textsJson,
  toBoolean,
  toMetadata,
  toOptionalUuid,
  toReturned,
  toShares,
  toTexts,
} from './row-text.ts'

const columns = [
  'book_id',
  'id',
  'payment_id',
  'created_at',
  'amount',
  'attempts',
  'version',
  'is_reversal',
  'current_attempt',
  'state',
  'phase',
  'reason',
  'asset',
  'to_account',
  'from_shares',
  'holds',
  'metadata',
  'amount_returned',
] as const

export const refundTable = rowTable('refunds', columns, ['created_at'])

export function readRefundsStep(book: number, ids: readonly Uuid[]): BurstStep {
  return readRowsStep(refundTable, book, ids)
}

export function readRefundsOfStep(book: number, payment: Uuid): BurstStep {
  return readRowsOfStep(refundTable, book, payment)
}

export function readRefundsOfSuspendedStep(book: number, payments: readonly Uuid[]): BurstStep {
  return readRowsOfSuspendedStep(refundTable, book, payments)
}

export function insertRefundsStep(refunds: readonly Refund[]): BurstStep {
  const row = new CopyEncoder()
  for (const refund of refunds) {
    row.tuple(columns.length + 1)
    row.timestamp(refund.createdAt)
    row.int4(refund.book)
    row.uuid(refund.id)
    row.uuid(refund.payment)
    row.timestamp(refund.createdAt)
    row.bigint8(refund.amount)
    row.int4(refund.attempts)
    row.int4(refund.version)
    copyBoolean(row, refund.isReversal)
    copyUuid(row, refund.currentAttempt)
    row.text(refund.state)
    row.text(refund.phase)
    copyText(row, refund.reason)
    row.text(refund.asset)
    copyText(row, refund.to.kind === 'wallet' ? refund.to.account : null)
    row.text(sharesJson(refund.from))
    copyText(row, textsJson(refund.holds))
    copyText(row, metadataJson(refund.metadata))
    row.bigint8(refund.amountReturned ?? 0n)
  }
  return {
    name: 'payments-insert-refunds',
    text: `copy payments.refunds (updated_at, ${columns.join(', ')}) from stdin (format binary)`,
    copy: row.stream(),
  }
}

export function updateRefundsStep(refunds: readonly Refund[], now: Timestamp): BurstStep {
  return {
    name: 'payments-update-refunds',
    text: `update payments.refunds r set updated_at = ${fromMicros('$1::bigint')},
        version = c.version, state = c.state, phase = c.phase, reason = c.reason, attempts = c.attempts,
        current_attempt = c.current_attempt, holds = c.holds, from_shares = c.from_shares, amount_returned = c.amount_returned
      from ${fewRows(`$2::integer[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::integer[],
        $9::uuid[], $10::json[], $11::json[], $12::bigint[]`)}
        as c (book_id, id, version, state, phase, reason, attempts, current_attempt, holds, from_shares, amount_returned)
      where r.book_id = c.book_id and r.id = c.id`,
    values: [
      String(now),
      plainArray(refunds.map(({ book }) => book)),
      plainArray(refunds.map(({ id }) => id)),
      plainArray(refunds.map(({ version }) => version)),
      plainArray(refunds.map(({ state }) => state)),
      plainArray(refunds.map(({ phase }) => phase)),
      textArray(refunds.map(({ reason }) => reason)),
      plainArray(refunds.map(({ attempts }) => attempts)),
      plainArray(refunds.map(({ currentAttempt }) => currentAttempt)),
      textArray(refunds.map(({ holds }) => textsJson(holds))),
      textArray(refunds.map(({ from }) => sharesJson(from))),
      plainArray(refunds.map(({ amountReturned = 0n }) => amountReturned)),
    ],
  }
}

export function toRefund(row: TextRow): Refund {
  const account = row[13]
  return {
    book: Number(row[0]),
    id: toUuid(row[1]),
    payment: toUuid(row[2]),
    createdAt: Number(row[3]),
    amount: BigInt(row[4] ?? 0),
    attempts: Number(row[5]),
    version: Number(row[6]),
    isReversal: toBoolean(row[7]),
    currentAttempt: toOptionalUuid(row[8]),
    state: row[9] as Refund['state'],
    phase: row[10] as Refund['phase'],
    reason: row[11] ?? undefined,
    asset: row[12] ?? '',
    to: account == null ? { kind: 'source' } : { kind: 'wallet', account },
    from: toShares(row[14]),
    holds: toTexts(row[15]),
    metadata: toMetadata(row[16]),
    ...toReturned(row[17]),
  }
}
