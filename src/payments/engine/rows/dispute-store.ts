import type { Uuid } from '#kernel'
import {
  type BurstStep,
  fewRows,
  fromMicros,
  plainArray,
  type Transaction,
  textArray,
  toUuid,
} from '#platform/postgres'
import type { DisputeCategory, DisputeStage } from '#rails'
import type { Dispute, DisputeAnswer, Taken, Undelivered } from '../../dispute.ts'
import { readRowsStep } from './read-rows.ts'
import { rowTable, sharesJson, type TextRow, toBoolean, toOptionalUuid, toShares, toTime } from './row-text.ts'

const columns = [
  'book_id',
  'id',
  'payment_id',
  'created_at',
  'rail',
  'reference',
  'attempt_id',
  'original_reference',
  'capture_id',
  'amount',
  'asset',
  'reason_code',
  'reason_category',
  'evidence_due_at',
  'fee',
  'stage',
  'stage_at',
  'taken',
  'undelivered',
  'answer',
  'version',
  'fee_booked',
  'kept',
] as const

export const disputeTable = rowTable('disputes', columns, ['created_at', 'evidence_due_at', 'stage_at'])

/** Lock the payments first to change their disputes. */
export function readDisputesStep(book: number, ids: readonly Uuid[]): BurstStep {
  return readRowsStep(disputeTable, book, ids)
}

/** `isStaged`: the rail reports its stages. `isWon`: the amount is what it gives back. */
export type NamedDispute = Pick<
  Dispute,
  'rail' | 'reference' | 'book' | 'payment' | 'amount' | 'asset' | 'attempt' | 'originalReference' | 'capture'
> & { readonly id: Uuid; readonly isStaged: boolean; readonly isWon: boolean }

/**
 * `known`: reported before, the same, or won now with another amount. `other`: reported before, for another payment or
 * amount. `stage`: where it is;
 * undefined while no report of it has been handled. `isOlder`: stored by an older program, which took the money.
 */
export type NotedDispute = {
  readonly news: 'new' | 'known' | 'other'
  readonly id: Uuid
  readonly stage: DisputeStage | undefined
  readonly isTaken: boolean
  readonly isOlder: boolean
}

/** Disputes are stored in the order of their references, so that processes never deadlock. */
export async function noteDisputes(tx: Transaction, disputes: readonly NamedDispute[]): Promise<NotedDispute[]> {
  if (disputes.length === 0) return []
  const [noted] = await tx.burst([noteStep(disputes)])
  const [found] = await tx.burst([readStep(disputes)])
  const fresh = new Set((noted?.rows ?? []).map(nameIn))
  const known = new Map((found?.rows ?? []).map((row) => [nameIn(row), row]))
  return disputes.map(({ rail, reference, payment, amount, isWon }) => {
    const name = nameIn([rail, reference])
    const [, , ofPayment, ofAmount, id, stage, version, isTaken, isOlder] = known.get(name) ?? []
    const row = {
      ...{ id: toUuid(id), stage: version === '0' ? undefined : (stage as DisputeStage) },
      ...{ isTaken: toBoolean(isTaken), isOlder: toBoolean(isOlder) },
    }
    const isSame = ofPayment === payment && (ofAmount === `${amount}` || (isWon && !fresh.has(name)))
    if (!isSame) return { ...row, news: 'other' }
    // Of two equal disputes in this list, the first is new.
    return { ...row, news: fresh.delete(name) ? 'new' : 'known' }
  })
}

/** Dead letters that an operator has discarded: nothing of their disputes is booked. */
export async function findDiscarded(tx: Transaction, disputes: readonly NamedDispute[]): Promise<Uuid[]> {
  if (disputes.length === 0) return []
  const [found] = await tx.burst([discardedStep(disputes)])
  return (found?.rows ?? []).map(([id]) => id ?? '')
}

function nameIn([rail, reference]: readonly (string | null)[]): string {
  return `${rail} ${reference}`
}

function noteStep(disputes: readonly NamedDispute[]): BurstStep {
  const given =
    'rail, reference, book_id, payment_id, amount, id, asset, attempt_id, original_reference, capture_id, stage'
  return {
    name: 'payments-note-disputes',
    text: `insert into payments.disputes (${given}, version)
      select ${given}, 0
      from unnest($1::text[], $2::text[], $3::integer[], $4::uuid[], $5::bigint[], $6::uuid[], $7::text[], $8::uuid[],
          $9::text[], $10::uuid[], $11::text[]) with ordinality as given (${given}, place)
      order by rail, reference, place
      on conflict do nothing
      returning rail, reference`,
    values: [
      textArray(disputes.map(({ rail }) => rail)),
      textArray(disputes.map(({ reference }) => reference)),
      plainArray(disputes.map(({ book }) => book)),
      plainArray(disputes.map(({ payment }) => payment)),
      plainArray(disputes.map(({ amount }) => amount)),
      plainArray(disputes.map(({ id }) => id)),
      textArray(disputes.map(({ asset }) => asset)),
      plainArray(disputes.map(({ attempt }) => attempt)),
      textArray(disputes.map(({ originalReference }) => originalReference)),
      plainArray(disputes.map(({ capture }) => capture)),
      textArray(disputes.map(({ isStaged }) => (isStaged ? 'inquiry' : 'lost'))),
    ],
  }
}

function readStep(disputes: readonly NamedDispute[]): BurstStep {
  return {
    name: 'payments-read-named-disputes',
    text: `select rail, reference, replace(payment_id::text, '-', ''), amount, id, stage, version,
        taken is not null, attempt_id is null
      from payments.disputes
      where (rail, reference) in (
        select given.rail, given.reference from ${fewRows('$1::text[], $2::text[]')} as given (rail, reference)
      )`,
    values: [textArray(disputes.map(({ rail }) => rail)), textArray(disputes.map(({ reference }) => reference))],
  }
}

function discardedStep(disputes: readonly NamedDispute[]): BurstStep {
  return {
    name: 'payments-find-discarded-disputes',
    text: `select distinct replace(letter.id::text, '-', '')
      from ${fewRows('$1::uuid[], $2::text[], $3::text[]')} as given (payment_id, rail, reference)
      join lanes.dead_letters letter on letter.subject = given.payment_id
      where letter.replayed_at is null and letter.discarded_at is not null
        and letter.kind = 'payment.input' and letter.payload::json ->> 'i' = 'dispute'
        and letter.payload::json ->> 'rail' = given.rail
        and letter.payload::json ->> 'railReference' = given.reference`,
    values: [
      plainArray(disputes.map(({ payment }) => payment)),
      textArray(disputes.map(({ rail }) => rail)),
      textArray(disputes.map(({ reference }) => reference)),
    ],
  }
}

export function updateDisputesStep(disputes: readonly Dispute[]): BurstStep {
  return {
    name: 'payments-update-disputes',
    text: `update payments.disputes d set version = c.version, stage = c.stage, stage_at = ${fromMicros('c.stage_at')},
        reason_code = c.reason_code, reason_category = c.reason_category,
        evidence_due_at = ${fromMicros('c.evidence_due_at')}, fee = c.fee, taken = c.taken, undelivered = c.undelivered,
        answer = c.answer, fee_booked = c.fee_booked, kept = c.kept
      from ${fewRows(`$1::integer[], $2::uuid[], $3::integer[], $4::text[], $5::bigint[], $6::text[], $7::text[],
        $8::bigint[], $9::bigint[], $10::json[], $11::json[], $12::json[], $13::bigint[], $14::bigint[]`)}
        as c (book_id, id, version, stage, stage_at, reason_code, reason_category, evidence_due_at, fee, taken,
          undelivered, answer, fee_booked, kept)
      where d.book_id = c.book_id and d.id = c.id`,
    values: [
      plainArray(disputes.map(({ book }) => book)),
      plainArray(disputes.map(({ id }) => id)),
      plainArray(disputes.map(({ version }) => version)),
      textArray(disputes.map(({ stage }) => stage)),
      plainArray(disputes.map(({ stageAt }) => stageAt)),
      textArray(disputes.map(({ reason }) => reason?.code)),
      textArray(disputes.map(({ reason }) => reason?.category)),
      plainArray(disputes.map(({ evidenceDueAt }) => evidenceDueAt)),
      plainArray(disputes.map(({ fee }) => fee)),
      textArray(disputes.map(({ taken }) => taken && takenJson(taken))),
      textArray(disputes.map(({ undelivered }) => undelivered && undeliveredJson(undelivered))),
      textArray(disputes.map(({ answer }) => answer && JSON.stringify(answer))),
      plainArray(disputes.map(({ feeBooked }) => feeBooked)),
      plainArray(disputes.map(({ kept }) => kept)),
    ],
  }
}

function takenJson({ parts, suspended, lost, uncovered }: Taken): string {
  const others = {
    suspended: suspended.map(({ attempt, amount, why }) => [attempt, amount.toString(), why]),
    lost: lost.toString(),
    uncovered: [uncovered.amount.toString(), uncovered.at],
  }
  return `{"parts":${sharesJson(parts)},${JSON.stringify(others).slice(1)}`
}

function undeliveredJson({ attempt, parts }: Undelivered): string {
  return `{"attempt":"${attempt}","parts":${sharesJson(parts)}}`
}

type TakenJson = {
  readonly parts: unknown
  readonly suspended: readonly [attempt: Uuid, amount: string, why: Taken['suspended'][number]['why']][]
  readonly lost: string
  readonly uncovered: readonly [amount: string, at: number]
}

function toTaken(text: string): Taken {
  const { parts, suspended, lost, uncovered } = JSON.parse(text) as TakenJson
  return {
    parts: toShares(JSON.stringify(parts)),
    suspended: suspended.map(([attempt, amount, why]) => ({ attempt, amount: BigInt(amount), why })),
    lost: BigInt(lost),
    uncovered: { amount: BigInt(uncovered[0]), at: uncovered[1] },
  }
}

function toUndelivered(text: string): Undelivered {
  const { attempt, parts } = JSON.parse(text) as { readonly attempt: Uuid; readonly parts: unknown }
  return { attempt, parts: toShares(JSON.stringify(parts)) }
}

export function toDispute(row: TextRow): Dispute {
  const createdAt = Number(row[3])
  const [code, category] = [row[11], row[12]]
  return {
    book: Number(row[0]),
    id: toUuid(row[1]),
    payment: toUuid(row[2]),
    createdAt,
    rail: row[4] ?? '',
    reference: row[5] ?? '',
    attempt: toOptionalUuid(row[6]),
    originalReference: row[7] ?? undefined,
    capture: toOptionalUuid(row[8]),
    amount: BigInt(row[9] ?? 0),
    asset: row[10] ?? undefined,
    reason: code == null ? undefined : { code, category: (category ?? 'other') as DisputeCategory },
    evidenceDueAt: toTime(row[13]),
    fee: row[14] == null ? undefined : BigInt(row[14]),
    stage: row[15] as DisputeStage,
    stageAt: toTime(row[16]) ?? createdAt,
    ...(row[17] != null && { taken: toTaken(row[17]) }),
    ...(row[18] != null && { undelivered: toUndelivered(row[18]) }),
    ...(row[19] != null && { answer: JSON.parse(row[19]) as DisputeAnswer }),
    version: Number(row[20]),
    ...(row[21] != null && { feeBooked: BigInt(row[21]) }),
    ...(row[22] != null && { kept: BigInt(row[22]) }),
  }
}
