import type { Uuid } from '#kernel'
import { type BurstStep, CopyEncoder, fewRows, fromMicros, plainArray, textArray, toUuid } from '#platform/postgres'
import { openField, openJsonField, type Place, sealField, sealJsonField } from '#platform/sealing'
import type { RailOperation } from '#rails'
import type { Attempt, Exchange, Returned, SubjectKind } from '../../payment.ts'
import { suspendedText } from './read-rows.ts'
import { copyText, rowTable, type TextRow } from './row-text.ts'
import { readSettlement, type SettlementJson, settlementJson } from './settlement-text.ts'

/** `root`: the payment or payout that the attempt serves. */
export type StoredAttempt = Attempt & { readonly root: Uuid }

const columns = [
  'id',
  'book_id',
  'root_id',
  'subject_id',
  'created_at',
  'amount',
  'inquiries',
  'subject_kind',
  'rail',
  'operation',
  'asset',
  'instrument',
  'original_reference',
  'state',
  'rail_reference',
  'reason',
  'amount_moved',
  'suspended',
  'exchange',
  'returned',
  'facts',
] as const

export const attemptTable = rowTable('attempts', columns, ['created_at'])

/** Lock the payments or payouts first to change their attempts. */
export function readAttemptsStep(ids: readonly Uuid[]): BurstStep {
  return {
    name: 'payments-read-attempts',
    text: `select ${attemptTable.selected} from payments.attempts where id = any ($1::uuid[])`,
    values: [plainArray(ids)],
  }
}

export function readAttemptsOfStep(root: Uuid): BurstStep {
  return {
    name: 'payments-read-attempts-of',
    text: `select ${attemptTable.selected} from payments.attempts where root_id = $1 order by created_at, id`,
    values: [root],
  }
}

/** Of several payments or payouts, all of them. */
export function readAttemptsOfRootsStep(roots: readonly Uuid[]): BurstStep {
  return {
    name: 'payments-read-attempts-of-roots',
    text: `select ${attemptTable.selected} from payments.attempts where root_id = any ($1::uuid[]) order by id`,
    values: [plainArray(roots)],
  }
}

/** Writes their instruments and facts again. */
export function eraseAttemptsStep(attempts: readonly StoredAttempt[]): BurstStep {
  return {
    name: 'payments-erase-attempts',
    text: `update payments.attempts a set instrument = c.instrument, facts = c.facts::json
      from ${fewRows('$1::uuid[], $2::text[], $3::text[]')} as c (id, instrument, facts) where a.id = c.id`,
    values: [
      plainArray(attempts.map(({ id }) => id)),
      textArray(attempts.map(instrumentText)),
      textArray(attempts.map(factsJson)),
    ],
  }
}

type Roots = { readonly roots: readonly Uuid[]; readonly named: readonly Uuid[] }

/** All but those of ended refunds that undid nothing, unless they are named. */
export function readOpenAttemptsStep({ roots, named }: Roots): BurstStep {
  return {
    name: 'payments-read-open-attempts',
    text: `select ${attemptTable.selected} from payments.attempts
      where root_id = any ($1::uuid[]) and (subject_kind <> 'refund' or subject_id = any ($2::uuid[]) or subject_id in (
        select id from payments.refunds where payment_id = any ($1::uuid[]) and (phase <> 'ended' or is_reversal)))
      order by created_at, id`,
    values: [plainArray(roots), plainArray(named)],
  }
}

export function readAttemptsOfSuspendedStep(book: number, payments: readonly Uuid[]): BurstStep {
  return {
    name: 'payments-read-attempts-of-suspended',
    text: `select ${attemptTable.selected} from payments.attempts where root_id = any (${suspendedText})
      order by created_at, id`,
    values: [String(book), plainArray(payments)],
  }
}

export function findAttemptsStep(rails: readonly string[], references: readonly string[]): BurstStep {
  return {
    name: 'payments-find-attempts',
    text: `select ${attemptTable.selected} from payments.attempts where (rail, rail_reference) in (
        select wanted.rail, wanted.rail_reference from ${fewRows('$1::text[], $2::text[]')} as wanted (rail, rail_reference)
      ) order by created_at`,
    values: [textArray(rails), textArray(references)],
  }
}

export function insertAttemptsStep(attempts: readonly StoredAttempt[]): BurstStep {
  const row = new CopyEncoder()
  for (const attempt of attempts) {
    row.tuple(columns.length)
    row.uuid(attempt.id)
    row.int4(attempt.book)
    row.uuid(attempt.root)
    row.uuid(attempt.subject.id)
    row.timestamp(attempt.createdAt)
    row.bigint8(attempt.amount)
    row.int4(attempt.inquiries)
    row.text(attempt.subject.kind)
    row.text(attempt.rail)
    row.text(attempt.operation)
    row.text(attempt.asset)
    row.text(instrumentText(attempt))
    copyText(row, attempt.originalReference)
    row.text(attempt.state)
    copyText(row, attempt.railReference)
    copyText(row, attempt.reason)
    row.null()
    row.null()
    copyText(row, exchangeJson(attempt))
    row.null()
    row.null()
  }
  return {
    name: 'payments-insert-attempts',
    text: `copy payments.attempts (${columns.join(', ')}) from stdin (format binary)`,
    copy: row.stream(),
  }
}

/** Of submissions that were perhaps lost. Those that are known are not. */
export function insertUnknownAttemptsStep(attempts: readonly StoredAttempt[]): BurstStep {
  return {
    name: 'payments-insert-unknown-attempts',
    text: `insert into payments.attempts (id, book_id, root_id, subject_id, created_at, amount, inquiries, subject_kind,
        rail, operation, asset, instrument, original_reference, state, rail_reference, exchange)
      select id, book_id, root_id, subject_id, ${fromMicros('created_at')}, amount, 0, subject_kind, rail, operation,
        asset, instrument, original_reference, state, rail_reference, exchange
      from ${fewRows(`$1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[]`)}
        as c (id, book_id, root_id, subject_id, created_at, amount, subject_kind, rail, operation, asset, instrument,
          original_reference, state, rail_reference, exchange)
      on conflict do nothing`,
    values: [
      plainArray(attempts.map(({ id }) => id)),
      plainArray(attempts.map(({ book }) => book)),
      plainArray(attempts.map(({ root }) => root)),
      plainArray(attempts.map(({ subject }) => subject.id)),
      plainArray(attempts.map(({ createdAt }) => createdAt)),
      plainArray(attempts.map(({ amount }) => amount)),
      textArray(attempts.map(({ subject }) => subject.kind)),
      textArray(attempts.map(({ rail }) => rail)),
      textArray(attempts.map(({ operation }) => operation)),
      textArray(attempts.map(({ asset }) => asset)),
      textArray(attempts.map(instrumentText)),
      textArray(attempts.map(({ originalReference }) => originalReference)),
      textArray(attempts.map(({ state }) => state)),
      textArray(attempts.map(({ railReference }) => railReference)),
      textArray(attempts.map(exchangeJson)),
    ],
  }
}

export function updateAttemptsStep(attempts: readonly StoredAttempt[]): BurstStep {
  return {
    name: 'payments-update-attempts',
    text: `update payments.attempts a set state = c.state, inquiries = c.inquiries, rail_reference = c.rail_reference,
        reason = c.reason, amount_moved = c.amount_moved, suspended = c.suspended::json,
        exchange = c.exchange, returned = c.returned::json, facts = c.facts::json
      from ${fewRows(`$1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::bigint[], $7::text[],
        $8::text[], $9::text[], $10::text[]`)}
        as c (id, state, inquiries, rail_reference, reason, amount_moved, suspended, exchange, returned, facts)
      where a.id = c.id`,
    values: [
      plainArray(attempts.map(({ id }) => id)),
      plainArray(attempts.map(({ state }) => state)),
      plainArray(attempts.map(({ inquiries }) => inquiries)),
      textArray(attempts.map(({ railReference }) => railReference)),
      textArray(attempts.map(({ reason }) => reason)),
      plainArray(attempts.map(({ amountMoved }) => amountMoved)),
      textArray(attempts.map(broughtJson)),
      textArray(attempts.map(exchangeJson)),
      textArray(attempts.map(returnedJson)),
      textArray(attempts.map(factsJson)),
    ],
  }
}

/** Successes that the rail reported and the books have not taken yet. */
export function readUnbookedStep({ root, subject }: { readonly root: Uuid; readonly subject: Uuid }): BurstStep {
  return {
    name: 'payments-read-unbooked',
    text: `select ${attemptTable.selected} from payments.attempts
      where root_id = $1 and subject_id = $2 and state = 'succeeded' and reason = 'unbooked'`,
    values: [root, subject],
  }
}

export function toAttempt(row: TextRow): StoredAttempt {
  const named = { id: toUuid(row[0]) }
  return {
    ...named,
    book: Number(row[1]),
    root: toUuid(row[2]),
    subject: { kind: row[7] as SubjectKind, id: toUuid(row[3]) },
    createdAt: Number(row[4]),
    amount: BigInt(row[5] ?? 0),
    inquiries: Number(row[6]),
    rail: row[8] ?? '',
    operation: row[9] as RailOperation,
    asset: row[10] ?? '',
    instrument: openField(placeOf('instrument', named), row[11] ?? ''),
    originalReference: row[12] ?? undefined,
    state: row[13] as Attempt['state'],
    railReference: row[14] ?? undefined,
    reason: row[15] ?? undefined,
    ...(row[16] != null && { amountMoved: BigInt(row[16]) }),
    ...(row[17] != null && toBrought(row[17])),
    ...(row[18] != null && { exchange: JSON.parse(row[18]) as Exchange }),
    ...(row[19] != null && { returned: toReturned(row[19]) }),
    ...(row[20] != null && toFacts(named, row[20])),
  }
}

function exchangeJson({ exchange }: Attempt): string | undefined {
  return exchange && JSON.stringify(exchange)
}

type ReturnedJson = readonly [reference: string, amount: string, code: string, at: number]

function returnedJson({ returned }: Attempt): string | undefined {
  if (returned === undefined) return undefined
  const all = returned.map(({ reference, amount, code, at }): ReturnedJson => [reference, String(amount), code, at])
  return JSON.stringify(all)
}

function toReturned(text: string): Returned[] {
  const all = JSON.parse(text) as ReturnedJson[]
  return all.map(([reference, amount, code, at]) => ({ reference, amount: BigInt(amount), code, at }))
}

type Facts = Pick<Attempt, 'settlement' | 'corrected' | 'recall' | 'isPartial'>
type FactsJson = Omit<Facts, 'settlement'> & { readonly settlement?: SettlementJson }

/** The corrected instrument in the facts is as personal as the instrument. */
function placeOf(column: 'instrument' | 'facts', { id }: Pick<Attempt, 'id'>): Place {
  return { column: `payments.attempts.${column}`, key: [id] }
}

function instrumentText(attempt: Attempt): string {
  return sealField(placeOf('instrument', attempt), attempt.instrument)
}

function factsJson(attempt: Attempt): string | undefined {
  const { settlement, corrected, recall, isPartial } = attempt
  const json: FactsJson = {
    ...(settlement && { settlement: settlementJson(settlement) }),
    ...(corrected && { corrected }),
    ...(recall && { recall }),
    ...(isPartial && { isPartial }),
  }
  return Object.keys(json).length === 0 ? undefined : sealJsonField(placeOf('facts', attempt), JSON.stringify(json))
}

function toFacts(row: Pick<Attempt, 'id'>, text: string): Facts {
  const { settlement, ...facts } = JSON.parse(openJsonField(placeOf('facts', row), text)) as FactsJson
  return { ...facts, ...(settlement && { settlement: readSettlement(settlement) }) }
}

type Brought = Pick<Attempt, 'suspended' | 'delivered' | 'returns' | 'refundedBy'>
type BroughtJson = {
  readonly amount: string
  readonly why?: NonNullable<Attempt['suspended']>['why']
  readonly delivered?: string
  readonly returns?: number
  readonly refundedBy?: readonly Uuid[]
}

function broughtJson({ suspended, delivered, returns, refundedBy }: Attempt): string | undefined {
  if (suspended === undefined && delivered === undefined && returns === undefined) return undefined
  const { amount = 0n, why } = suspended ?? {}
  const json: BroughtJson = {
    amount: amount.toString(),
    ...(why !== undefined && { why }),
    ...(delivered !== undefined && { delivered: delivered.toString() }),
    ...(returns !== undefined && { returns }),
    ...(refundedBy !== undefined && { refundedBy }),
  }
  return JSON.stringify(json)
}

function toBrought(text: string): Brought {
  const { amount, why, delivered, returns, refundedBy } = JSON.parse(text) as BroughtJson
  return {
    ...(why !== undefined && { suspended: { amount: BigInt(amount), why } }),
    ...(delivered !== undefined && { delivered: BigInt(delivered) }),
    ...(returns !== undefined && { returns }),
    ...(refundedBy !== undefined && { refundedBy }),
  }
}
