import type { Queryable, SnapshotReader } from '#platform/postgres'
import type { Found } from './found.ts'

/** An account of the chart that is not open, has limits, or is not in the asset of its code. */
export type WrongChartAccount = {
  readonly book: number
  readonly code: string
  readonly why: string
  /** Munim can remove limits, and unfreeze a frozen account. */
  readonly isMendable: boolean
}

export async function findWrongChartAccounts(on: Queryable): Promise<WrongChartAccount[]> {
  const rows = await on.query<{ book_id: number; code: string; asset: string; state: number; is_limited: boolean }>({
    text: `${chartText} select book_id, code, asset, state, is_limited from wrong order by book_id, code`,
  })
  return rows.map(({ book_id: book, code, asset, state, is_limited: isLimited }) => {
    const isOther = !code.endsWith(`:${asset}`)
    const why = [
      ...(isOther ? [`has the asset ${asset}`] : []),
      ...(state === frozen ? ['is frozen'] : state === open ? [] : ['is closed']),
      ...(isLimited ? ['has limits'] : []),
    ].join(' and ')
    return { book, code, why, isMendable: !isOther && (state === open || state === frozen) }
  })
}

export async function findWrongChart(reader: SnapshotReader, limit: number): Promise<Found> {
  const [counted] = await reader.query<{ checked: bigint }>({
    text: `${chartText} select count(*) as checked from chart`,
  })
  const wrong = await findWrongChartAccounts(reader)
  const texts = wrong.slice(0, limit).map(describe)
  return { checked: Number(counted?.checked ?? 0n), total: wrong.length, texts }
}

export function describe({ book, code, why }: WrongChartAccount): string {
  return `account ${code} of book ${book} ${why}: payments cannot book what rails do there`
}

const open = 0
const frozen = 1

const chartText = `
  with chart as materialized (
    select number, book_id, code, asset from ledger.accounts
    where code ~ '^(suspense|write_offs|rails:[^:]+:(clearing|fees)):[A-Z][A-Z0-9-]*$'
  ), settled as (
    select number, book_id, code, asset, s.state, s.min_available is not null or s.max_balance is not null as is_limited
    from chart cross join lateral (
      select state, min_available, max_balance from ledger.account_settings
      where account = chart.number order by version desc limit 1) s
  ), wrong as (
    select book_id, code, asset, state, is_limited from settled
    where state <> ${open} or is_limited or asset <> regexp_replace(code, '^.*:', '')
  )`
