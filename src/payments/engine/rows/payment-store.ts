import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import { type BurstStep, CopyEncoder, fewRows, fromMicros, plainArray, textArray, toUuid } from '#platform/postgres'
import type { Payment, PaymentState } from '../../payment.ts'
import { actionText, toNextAction } from './action-text.ts'
import { findReferencesStep, holdRowsStep, type Locking, lockRowsStep, readRowsStep } from './read-rows.ts'
import {
  copyAmount,
  copyBoolean,
  copyText,
  copyTime,
  copyUuid,
  metadataJson,
  optionalSharesJson,
  phaseText,
  rowTable,
  sharesJson,
  type TextRow,
  textsJson,
  toDeadline,
  toMarks,
  toMetadata,
  toOptionalUuid,
  toPhase,
  toShare,
  toShares,
  toSource,
  toTexts,
  toTime,
} from './row-text.ts'
import { instrumentText, termsText, toInstrument, toTerms } from './terms-text.ts'

const columns = [
  'book_id',
  'id',
  'created_at',
  'expires_at',
  'amount',
  'amount_capturable',
  'amount_capturing',
  'amount_captured',
  'amount_refunding',
  'amount_refunded',
  'amount_suspended',
  'amount_owed',
  'amount_lost',
  'vendor',
  'attempts',
  'version',
  'is_followed',
  'current_attempt',
  'state',
  'phase',
  'reason',
  'asset',
  'capture',
  'lane',
  'vendor_code',
  'source_account',
  'source_rail',
  'source_instrument',
  'other_rails',
  'destinations',
  'fee_account',
  'fee_amount',
  'fee_captured',
  'holds',
  'rail',
  'rail_reference',
  'reference',
  'metadata',
  'disputed_shares',
  'owed_shares',
  'asked_expiry',
  'next_action',
  'terms',
  'off_shares',
  'deadline_at',
  'is_wanted_back',
] as const

const columnsText = columns.join(', ')
export const paymentTable = rowTable('payments', columns, ['created_at', 'expires_at', 'deadline_at'])

export function lockPaymentsStep(book: number, ids: readonly Uuid[], locking?: Locking): BurstStep {
  return lockRowsStep(paymentTable, book, ids, locking)
}

export function holdPaymentsStep(book: number, ids: readonly Uuid[]): BurstStep {
  return holdRowsStep(paymentTable, book, ids)
}

export function readPaymentsStep(book: number, ids: readonly Uuid[]): BurstStep {
  return readRowsStep(paymentTable, book, ids)
}

export function findPaymentReferencesStep(book: number, references: readonly string[]): BurstStep {
  return findReferencesStep(paymentTable, book, references)
}

export function insertPaymentsStep(payments: readonly Payment[], encoder = new CopyEncoder()): BurstStep {
  encoder.reset()
  for (const payment of payments) encode(encoder, payment)
  return {
    name: 'payments-insert',
    text: `copy payments.payments (updated_at, ${columnsText}) from stdin (format binary)`,
    copy: encoder.stream(),
  }
}

function encode(row: CopyEncoder, payment: Payment): void {
  const { source, fee } = payment
  row.tuple(columns.length + 1)
  row.timestamp(payment.createdAt)
  row.int4(payment.book)
  row.uuid(payment.id)
  row.timestamp(payment.createdAt)
  copyTime(row, payment.expiresAt)
  row.bigint8(payment.amount)
  row.bigint8(payment.amountCapturable)
  row.bigint8(payment.amountCapturing)
  row.bigint8(payment.amountCaptured)
  row.bigint8(payment.amountRefunding)
  row.bigint8(payment.amountRefunded)
  row.bigint8(payment.amountSuspended ?? 0n)
  row.bigint8(payment.amountOwed ?? 0n)
  row.bigint8(payment.amountLost ?? 0n)
  row.int4(payment.vendor)
  row.int4(payment.attempts)
  row.int4(payment.version)
  copyBoolean(row, payment.isFollowed === true)
  copyUuid(row, payment.currentAttempt)
  row.text(payment.state)
  row.text(phaseText(payment))
  copyText(row, payment.reason)
  row.text(payment.asset)
  row.text(payment.capture)
  row.text(payment.lane)
  copyText(row, payment.vendorCode)
  copyText(row, source.kind === 'wallet' ? source.account : null)
  copyText(row, source.kind === 'rail' ? source.rail : null)
  copyText(row, instrumentText(payment))
  copyText(row, source.kind === 'rail' ? textsJson(source.otherRails) : null)
  row.text(sharesJson(payment.destinations))
  copyText(row, fee?.account)
  copyAmount(row, fee?.amount)
  copyAmount(row, fee?.captured)
  copyText(row, textsJson(payment.holds))
  copyText(row, payment.rail)
  copyText(row, payment.railReference)
  copyText(row, payment.reference)
  copyText(row, metadataJson(payment.metadata))
  copyText(row, optionalSharesJson(payment.disputed))
  copyText(row, optionalSharesJson(payment.owedBy))
  row.null()
  copyText(row, actionText(payment.nextAction))
  copyText(row, termsText('payments', payment))
  copyText(row, optionalSharesJson(payment.offBy))
  copyTime(row, payment.deadline)
  copyBoolean(row, payment.isWantedBack === true)
}

export type ChangedPayment = { readonly before: Payment; readonly after: Payment }

/** Fails (division by zero) when a row is not as it was read. The row locks rule that out; this is a second guard. */
export function updatePaymentsSteps(changed: readonly ChangedPayment[], now: Timestamp): BurstStep[] {
  const narrow: ChangedPayment[] = []
  const wide: ChangedPayment[] = []
  for (const change of changed) (isNarrow(change.before, change.after) ? narrow : wide).push(change)
  const steps: BurstStep[] = []
  if (narrow.length > 0) steps.push(updateNarrowStep(narrow, now))
  if (wide.length > 0) steps.push(updateWideStep(wide, now))
  return steps
}

function isNarrow(before: Payment, after: Payment): boolean {
  return (
    before.amount === after.amount &&
    before.source === after.source &&
    before.destinations === after.destinations &&
    before.fee === after.fee &&
    before.amountSuspended === after.amountSuspended &&
    before.amountOwed === after.amountOwed &&
    before.amountLost === after.amountLost &&
    before.disputed === after.disputed &&
    before.owedBy === after.owedBy &&
    before.offBy === after.offBy &&
    before.isWantedBack === after.isWantedBack &&
    (before.holds === after.holds || before.holds.length + after.holds.length === 0) &&
    before.currentAttempt === after.currentAttempt &&
    before.rail === after.rail &&
    before.railReference === after.railReference &&
    before.nextAction === after.nextAction &&
    before.attempts === after.attempts &&
    before.expiresAt === after.expiresAt
  )
}

const at = (parameter: number) => fromMicros(`$${parameter}::bigint`)

/** With `returning`: the transaction fails unless every row was updated. */
const allOrFail = (update: string) => `with changed as (${update} returning 1)
  select 1 / (case when count(*) = cardinality($2) then 1 else 0 end) from changed`

function updateNarrowStep(changed: readonly ChangedPayment[], now: Timestamp): BurstStep {
  return {
    name: 'payments-update-narrow',
    text: allOrFail(`update payments.payments p set updated_at = ${at(1)}, version = c.version,
        state = c.state, phase = c.phase, reason = c.reason, amount_capturable = c.amount_capturable, amount_capturing = c.amount_capturing,
        amount_captured = c.amount_captured, amount_refunding = c.amount_refunding,
        amount_refunded = c.amount_refunded
      from ${fewRows(`$2::integer[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::bigint[],
        $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::integer[]`)}
        as c (book_id, id, version, state, phase, reason, amount_capturable, amount_capturing, amount_captured,
          amount_refunding, amount_refunded, version_before)
      where p.book_id = c.book_id and p.id = c.id and p.version = c.version_before`),
    values: [String(now), ...narrowValues(changed)],
  }
}

function narrowValues(changed: readonly ChangedPayment[]): string[] {
  const payments = changed.map(({ after }) => after)
  return [
    plainArray(payments.map(({ book }) => book)),
    plainArray(payments.map(({ id }) => id)),
    plainArray(payments.map(({ version }) => version)),
    plainArray(payments.map(({ state }) => state)),
    plainArray(payments.map(phaseText)),
    textArray(payments.map(({ reason }) => reason)),
    plainArray(payments.map(({ amountCapturable }) => amountCapturable)),
    plainArray(payments.map(({ amountCapturing }) => amountCapturing)),
    plainArray(payments.map(({ amountCaptured }) => amountCaptured)),
    plainArray(payments.map(({ amountRefunding }) => amountRefunding)),
    plainArray(payments.map(({ amountRefunded }) => amountRefunded)),
    plainArray(changed.map(({ before }) => before.version)),
  ]
}

function updateWideStep(changed: readonly ChangedPayment[], now: Timestamp): BurstStep {
  const payments = changed.map(({ after }) => after)
  const sources = payments.map(({ source }) => (source.kind === 'rail' ? source : undefined))
  return {
    name: 'payments-update-wide',
    text: allOrFail(`update payments.payments p set updated_at = ${at(1)}, version = c.version,
        state = c.state, phase = c.phase, reason = c.reason, amount_capturable = c.amount_capturable, amount_capturing = c.amount_capturing,
        amount_captured = c.amount_captured, amount_refunding = c.amount_refunding,
        amount_refunded = c.amount_refunded, amount = c.amount, source_rail = c.source_rail,
        source_instrument = c.source_instrument, other_rails = c.other_rails, destinations = c.destinations,
        fee_amount = c.fee_amount, fee_captured = c.fee_captured, amount_suspended = c.amount_suspended,
        amount_owed = c.amount_owed, amount_lost = c.amount_lost, disputed_shares = c.disputed_shares,
        owed_shares = c.owed_shares, asked_expiry = c.asked_expiry, next_action = c.next_action, terms = c.terms,
        off_shares = c.off_shares, is_wanted_back = c.is_wanted_back, holds = c.holds, current_attempt = c.current_attempt, rail = c.rail, rail_reference = c.rail_reference, attempts = c.attempts,
        expires_at = ${fromMicros('c.expires_at')}, deadline_at = ${fromMicros('c.deadline_at')}
      from ${fewRows(`$2::integer[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::bigint[],
        $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::integer[], $14::bigint[], $15::text[],
        $16::text[], $17::json[], $18::json[], $19::bigint[], $20::json[], $21::uuid[], $22::text[], $23::text[], $24::integer[],
        $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[], $30::json[],
        $31::json[], $32::bigint[], $33::text[], $34::text[], $35::json[], $36::bigint[], $37::boolean[]`)}
        as c (book_id, id, version, state, phase, reason, amount_capturable, amount_capturing, amount_captured,
          amount_refunding, amount_refunded, version_before, amount, source_rail, source_instrument, other_rails,
          destinations, fee_amount, holds, current_attempt, rail, rail_reference, attempts, expires_at, fee_captured,
          amount_suspended, amount_owed, amount_lost, disputed_shares, owed_shares, asked_expiry, next_action, terms,
          off_shares, deadline_at, is_wanted_back)
      where p.book_id = c.book_id and p.id = c.id and p.version = c.version_before`),
    values: [
      String(now),
      ...narrowValues(changed),
      plainArray(payments.map(({ amount }) => amount)),
      textArray(sources.map((source) => source?.rail)),
      textArray(payments.map(instrumentText)),
      textArray(sources.map((source) => source && textsJson(source.otherRails))),
      textArray(payments.map(({ destinations }) => sharesJson(destinations))),
      plainArray(payments.map(({ fee }) => fee?.amount)),
      textArray(payments.map(({ holds }) => textsJson(holds))),
      plainArray(payments.map(({ currentAttempt }) => currentAttempt)),
      textArray(payments.map(({ rail }) => rail)),
      textArray(payments.map(({ railReference }) => railReference)),
      plainArray(payments.map(({ attempts }) => attempts)),
      plainArray(payments.map(({ expiresAt }) => expiresAt)),
      plainArray(payments.map(({ fee }) => fee?.captured)),
      plainArray(payments.map(({ amountSuspended }) => amountSuspended ?? 0n)),
      plainArray(payments.map(({ amountOwed }) => amountOwed ?? 0n)),
      plainArray(payments.map(({ amountLost }) => amountLost ?? 0n)),
      textArray(payments.map(({ disputed }) => optionalSharesJson(disputed))),
      textArray(payments.map(({ owedBy }) => optionalSharesJson(owedBy))),
      plainArray(payments.map(({ askedExpiry }) => askedExpiry)),
      textArray(payments.map(({ nextAction }) => actionText(nextAction))),
      textArray(payments.map((payment) => termsText('payments', payment))),
      textArray(payments.map(({ offBy }) => optionalSharesJson(offBy))),
      plainArray(payments.map(({ deadline }) => deadline)),
      plainArray(payments.map((payment) => payment.isWantedBack === true)),
    ],
  }
}

export function toPayment(row: TextRow): Payment {
  const named = { book: Number(row[0]), id: toUuid(row[1]) }
  return {
    ...named,
    createdAt: Number(row[2]),
    expiresAt: toTime(row[3]),
    amount: BigInt(row[4] ?? 0),
    amountCapturable: BigInt(row[5] ?? 0),
    amountCapturing: BigInt(row[6] ?? 0),
    amountCaptured: BigInt(row[7] ?? 0),
    amountRefunding: BigInt(row[8] ?? 0),
    amountRefunded: BigInt(row[9] ?? 0),
    ...(row[10] !== '0' && { amountSuspended: BigInt(row[10] ?? 0) }),
    ...(row[11] !== '0' && { amountOwed: BigInt(row[11] ?? 0) }),
    ...(row[12] !== '0' && { amountLost: BigInt(row[12] ?? 0) }),
    fee: toShare({ account: row[30], amount: row[31], captured: row[32] }),
    vendor: Number(row[13]),
    attempts: Number(row[14]),
    version: Number(row[15]),
    ...toMarks(row[16], row[45]),
    currentAttempt: toOptionalUuid(row[17]),
    // This program wrote the codes, from the same types.
    state: row[18] as PaymentState,
    phase: toPhase(row[19]),
    reason: row[20] ?? undefined,
    asset: row[21] ?? '',
    capture: row[22] as Payment['capture'],
    lane: row[23] as LaneName,
    vendorCode: row[24] ?? undefined,
    source: toSource({
      account: row[25],
      rail: row[26],
      instrument: toInstrument(named, row[27]),
      otherRails: row[28],
    }),
    destinations: toShares(row[29]),
    holds: toTexts(row[33]),
    rail: row[34] ?? undefined,
    railReference: row[35] ?? undefined,
    reference: row[36] ?? undefined,
    metadata: toMetadata(row[37]),
    ...toGivenBack(row),
    ...(row[40] != null && { askedExpiry: Number(row[40]) }),
    ...{ ...toNextAction(row[41]), ...toTerms('payments', named, row[42]), ...toDeadline(row[44]) },
  }
}

function toGivenBack(row: TextRow): Pick<Payment, 'disputed' | 'owedBy' | 'offBy'> {
  const [disputed, owedBy, offBy] = [row[38], row[39], row[43]]
  return {
    ...(disputed != null && { disputed: toShares(disputed) }),
    ...(owedBy != null && { owedBy: toShares(owedBy) }),
    ...(offBy != null && { offBy: toShares(offBy) }),
  }
}
