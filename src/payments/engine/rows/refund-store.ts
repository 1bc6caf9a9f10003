import type { Timestamp, Uuid } from '#kernel'
import {
  type BurstStep,
  CopyEncoder,
  fewRows,
  fromMicros,
  micros,
  plainArray,
  textArray,
  toUuid,
} from '#platform/postgres'
import { sumRow } from '../../machines/booking/ended-refunds.ts'
import type { Refund } from '../../payment.ts'
import { readRowsOfStep, readRowsOfSuspendedStep, readRowsStep, unsuspendedText } from './read-rows.ts'
import {
  copyBoolean,
  copyText,
  copyUuid,
  metadataJson,
  phaseText,
  rowTable,
  sharesJson,
  type TextRow,
  textsJson,
  toBoolean,
  toMetadata,
  toOptionalUuid,
  toPhase,
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

/** Of payments without money in suspense: all but the ended ones that undid nothing. */
export function readOpenRefundsStep(book: number, payments: readonly Uuid[]): BurstStep {
  return {
    name: 'payments-read-open-refunds',
    text: `select ${refundTable.selected} from payments.refunds
      where payment_id = any (${unsuspendedText}) and book_id + 0 = $1::integer and (phase <> 'ended' or is_reversal)`,
    values: [String(book), plainArray(payments)],
  }
}

/** What the refunds took from each account, in one row. `book_id + 0` keeps the plan from the primary key. */
function sumText(where: string): string {
  return `select book_id, payment_id, asset, ${micros('max(created_at)')}, json_agg(json_build_array(account, taken::text))
    from (
      select r.book_id, r.payment_id, r.asset, share ->> 0 as account, max(r.created_at) as created_at,
        sum(coalesce(share ->> 2, share ->> 1)::bigint) as taken
      from payments.refunds r cross join json_array_elements(r.from_shares) as share
      where ${where} and r.book_id + 0 = $1::integer and r.state not in ('failed', 'canceled')
      group by r.book_id, r.payment_id, r.asset, share ->> 0
    ) as parts group by book_id, payment_id, asset`
}

/** The refunds that {@link readOpenRefundsStep} leaves out, without the named ones. */
export function sumEndedRefundsStep(
  book: number,
  { payments, named }: { readonly payments: readonly Uuid[]; readonly named: readonly Uuid[] },
): BurstStep {
  return {
    name: 'payments-sum-ended-refunds',
    text: sumText(`r.payment_id = any (${unsuspendedText}) and r.phase = 'ended' and not r.is_reversal
        and r.id <> all ($3::uuid[])`),
    values: [String(book), plainArray(payments), plainArray(named)],
  }
}

/** All refunds of the payment that were made or are under way. */
export function sumRefundsStep(book: number, payment: Uuid): BurstStep {
  return {
    name: 'payments-sum-refunds',
    text: sumText('r.payment_id = $2::uuid'),
    values: [String(book), payment],
  }
}

/** How many refunds clients have asked for. */
export function countRefundsStep(book: number, payment: Uuid): BurstStep {
  return {
    name: 'payments-count-refunds',
    text: `select count(*) from payments.refunds
      where payment_id = $2::uuid and book_id + 0 = $1::integer and not is_reversal`,
    values: [String(book), payment],
  }
}

export function toSum([book, payment, asset, createdAt, from]: TextRow): Refund {
  const row = { book: Number(book), payment: toUuid(payment), asset: asset ?? '' }
  return sumRow({ ...row, from: toShares(from), createdAt: Number(createdAt) })
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
    row.text(phaseText(refund))
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
      plainArray(refunds.map(phaseText)),
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
    phase: toPhase(row[10]),
    reason: row[11] ?? undefined,
    asset: row[12] ?? '',
    to: account == null ? { kind: 'source' } : { kind: 'wallet', account },
    from: toShares(row[14]),
    holds: toTexts(row[15]),
    metadata: toMetadata(row[16]),
    ...toReturned(row[17]),
  }
}
