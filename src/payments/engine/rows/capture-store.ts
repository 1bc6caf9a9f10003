import type { Uuid } from '#kernel'
import { type BurstStep, CopyEncoder, fewRows, plainArray, textArray, toUuid } from '#platform/postgres'
import type { Capture } from '../../payment.ts'
import { readRowsStep } from './read-rows.ts'
import { copyBoolean, copyText, copyUuid, rowTable, type TextRow, toBoolean, toOptionalUuid } from './row-text.ts'

export type StoredCapture = Capture & { readonly book: number }

const columns = [
  'book_id',
  'id',
  'payment_id',
  'created_at',
  'amount',
  'is_final',
  'current_attempt',
  'state',
  'reason',
] as const

export const captureTable = rowTable('captures', columns, ['created_at'])

export function readCapturesStep(book: number, ids: readonly Uuid[]): BurstStep {
  return readRowsStep(captureTable, book, ids)
}

/** How many the payment has, and how many final ones are under way. */
export function countCapturesStep(book: number, payment: Uuid): BurstStep {
  return {
    name: 'payments-count-captures',
    text: `select count(*), count(*) filter (where is_final and state = 'processing') from payments.captures
      where payment_id = $2::uuid and book_id + 0 = $1::integer`,
    values: [String(book), payment],
  }
}

export function insertCapturesStep(captures: readonly StoredCapture[]): BurstStep {
  const row = new CopyEncoder()
  for (const capture of captures) {
    row.tuple(columns.length)
    row.int4(capture.book)
    row.uuid(capture.id)
    row.uuid(capture.payment)
    row.timestamp(capture.createdAt)
    row.bigint8(capture.amount)
    copyBoolean(row, capture.final)
    copyUuid(row, capture.currentAttempt)
    row.text(capture.state)
    copyText(row, capture.reason)
  }
  return {
    name: 'payments-insert-captures',
    text: `copy payments.captures (${columns.join(', ')}) from stdin (format binary)`,
    copy: row.stream(),
  }
}

export function updateCapturesStep(captures: readonly StoredCapture[]): BurstStep {
  return {
    name: 'payments-update-captures',
    text: `update payments.captures t set state = c.state, reason = c.reason, current_attempt = c.current_attempt
      from ${fewRows('$1::integer[], $2::uuid[], $3::text[], $4::text[], $5::uuid[]')}
        as c (book_id, id, state, reason, current_attempt)
      where t.book_id = c.book_id and t.id = c.id`,
    values: [
      plainArray(captures.map(({ book }) => book)),
      plainArray(captures.map(({ id }) => id)),
      plainArray(captures.map(({ state }) => state)),
      textArray(captures.map(({ reason }) => reason)),
      plainArray(captures.map(({ currentAttempt }) => currentAttempt)),
    ],
  }
}

export function toCapture(row: TextRow): StoredCapture {
  return {
    book: Number(row[0]),
    id: toUuid(row[1]),
    payment: toUuid(row[2]),
    createdAt: Number(row[3]),
    amount: BigInt(row[4] ?? 0),
    final: toBoolean(row[5]),
    currentAttempt: toOptionalUuid(row[6]),
    state: row[7] as Capture['state'],
    reason: row[8] ?? undefined,
  }
}
