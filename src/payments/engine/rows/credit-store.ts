import type { Uuid } from '#kernel'
import { type BurstStep, fromMicros, plainArray, textArray, toUuid } from '#platform/postgres'
import type { Credit } from '../../credit.ts'
import { rowTable, type TextRow, toBoolean, toTexts } from './row-text.ts'

const columns = [
  'id',
  'book_id',
  'rail',
  'reference',
  'amount',
  'asset',
  'receiver',
  'state',
  'reported_at',
  'is_settled',
  'transfers',
  'may_be_moved',
] as const

const creditTable = rowTable('credits', columns, ['reported_at'])

export type CreditName = Pick<Credit, 'rail' | 'reference'>

/** One process at a time handles reports of a reference, also while it has no row. */
export function lockCreditsSteps(names: readonly CreditName[]): BurstStep[] {
  const values = [textArray(names.map(({ rail }) => rail)), textArray(names.map(({ reference }) => reference))]
  return [
    {
      name: 'payments-lock-credit-names',
      text: `select pg_advisory_xact_lock(key) from (
          select distinct hashtextextended(rail || ' ' || reference, 0) as key
          from unnest($1::text[], $2::text[]) as named (rail, reference) order by key) keys`,
      values,
    },
    {
      name: 'payments-lock-credits',
      text: `select ${creditTable.selected} from payments.credits
        where (rail, reference) in (select rail, reference from unnest($1::text[], $2::text[]) as named (rail, reference))
        order by id for update`,
      values,
    },
  ]
}

export function lockCreditStep(id: Uuid): BurstStep {
  return {
    name: 'payments-lock-credit',
    text: `select ${creditTable.selected} from payments.credits where id = $1 for update`,
    values: [id],
  }
}

export function writeCreditsStep(credits: readonly Credit[]): BurstStep {
  return {
    name: 'payments-write-credits',
    text: `insert into payments.credits (id, book_id, rail, reference, amount, asset, receiver, state, reported_at, is_settled, transfers,
        may_be_moved)
      select id, book_id, rail, reference, amount, asset, receiver, state, ${fromMicros('reported_at')}, is_settled, transfers,
        may_be_moved
      from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
          $9::bigint[], $10::boolean[], $11::json[], $12::boolean[])
        as c (id, book_id, rail, reference, amount, asset, receiver, state, reported_at, is_settled, transfers, may_be_moved)
      on conflict (id) do update set state = excluded.state, reported_at = excluded.reported_at,
        is_settled = excluded.is_settled, transfers = excluded.transfers, may_be_moved = excluded.may_be_moved`,
    values: [
      plainArray(credits.map(({ id }) => id)),
      plainArray(credits.map(({ book }) => book)),
      textArray(credits.map(({ rail }) => rail)),
      textArray(credits.map(({ reference }) => reference)),
      plainArray(credits.map(({ amount }) => amount)),
      textArray(credits.map(({ asset }) => asset)),
      textArray(credits.map(({ to }) => to)),
      textArray(credits.map(({ state }) => state)),
      plainArray(credits.map(({ reportedAt }) => reportedAt)),
      textArray(credits.map(({ isSettled }) => String(isSettled))),
      textArray(credits.map(({ transfers }) => JSON.stringify(transfers))),
      textArray(credits.map(({ mayBeMoved }) => String(mayBeMoved))),
    ],
  }
}

export function toCredit(row: TextRow): Credit {
  return {
    id: toUuid(row[0]),
    book: Number(row[1]),
    rail: row[2] ?? '',
    reference: row[3] ?? '',
    amount: BigInt(row[4] ?? 0),
    asset: row[5] ?? '',
    ...(row[6] != null && { to: row[6] }),
    state: row[7] as Credit['state'],
    reportedAt: Number(row[8]),
    isSettled: toBoolean(row[9]),
    transfers: toTexts(row[10]),
    mayBeMoved: toBoolean(row[11]),
  }
}
