import {
  type BurstStep,
  fewRows,
  fromMicros,
  micros,
  plainArray,
  type Transaction,
  textArray,
} from '#platform/postgres'
import { indexed } from '#platform/sealing'
import type { RailAdvice } from '#rails'
import { declinesCountDays, type PastDecline } from '../../machines/attempts/retry-budget.ts'
import type { StoredAttempt } from './attempt-store.ts'

/** Declines that count against the budgets of schemes, in the transaction that ends their attempts. */
export function insertDeclinesStep(attempts: readonly StoredAttempt[], now: number): BurstStep {
  const declines = attempts.map(({ exchange }) => exchange?.decline ?? {})
  return {
    name: 'payments-insert-declines',
    text: `insert into payments.declines (book_id, instrument, attempt_id, declined_at, amount, scheme, raw, advice, after_ms)
      select book_id, instrument, attempt_id, ${fromMicros('$9::bigint')}, amount, scheme, raw, advice, after_ms
      from unnest($1::integer[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[])
        as declined (book_id, instrument, attempt_id, amount, scheme, raw, advice, after_ms)
      order by book_id, instrument, attempt_id
      on conflict do nothing`,
    values: [
      plainArray(attempts.map(({ book }) => book)),
      textArray(attempts.map(namedInstrument)),
      plainArray(attempts.map(({ id }) => id)),
      plainArray(attempts.map(({ amount }) => amount)),
      textArray(declines.map(({ scheme }) => scheme)),
      textArray(declines.map(({ raw }) => raw)),
      textArray(declines.map(({ advice }) => advice?.kind)),
      plainArray(declines.map(({ advice }) => advice?.afterMs)),
      String(now),
    ],
  }
}

export type Tried = { readonly book: number; readonly instrument: string }

/** How a decline names its instrument: by a hash, if there is a key. One from before keeps the instrument until the job comes. */
export function namedInstrument({ book, instrument }: Tried): string {
  return indexed(`${book} ${instrument}`) ?? instrument
}

/** By book and instrument. Declines that were for ever count however old they are. */
export async function readDeclines(
  tx: Transaction,
  tried: readonly Tried[],
): Promise<(of: Tried) => readonly PastDecline[]> {
  const named = tried.map((one) => ({ ...one, instrument: namedInstrument(one) }))
  const [found] = await tx.burst([readStep([...tried, ...named])])
  const declines = new Map<string, PastDecline[]>()
  for (const [book, instrument, at, amount, raw, kind, afterMs] of found?.rows ?? []) {
    const advice = {
      kind: (kind ?? 'unadvised') as RailAdvice['kind'],
      ...(afterMs != null && { afterMs: Number(afterMs) }),
    }
    const one: PastDecline = { at: Number(at), amount: BigInt(amount ?? 0), raw: raw ?? '', advice }
    const name = `${book} ${instrument}`
    const known = declines.get(name)
    if (known === undefined) declines.set(name, [one])
    else known.push(one)
  }
  return (of) => {
    const names = new Set([of.instrument, namedInstrument(of)])
    return [...names].flatMap((name) => declines.get(`${of.book} ${name}`) ?? [])
  }
}

function readStep(tried: readonly Tried[]): BurstStep {
  return {
    name: 'payments-read-declines',
    text: `select book_id, instrument, ${micros('declined_at')}, amount, raw, advice, after_ms from payments.declines
      where (book_id, instrument) in (
          select book_id, instrument from ${fewRows('$1::integer[], $2::text[]')} as tried (book_id, instrument))
        and (advice = 'never' or declined_at > clock_timestamp() - ${declinesCountDays} * interval '1 day')`,
    values: [plainArray(tried.map(({ book }) => book)), textArray(tried.map(({ instrument }) => instrument))],
  }
}

/** By both names of the instrument. */
export function deleteDeclinesStep(attempts: readonly StoredAttempt[]): BurstStep {
  const named = attempts.map((attempt) => ({ ...attempt, instrument: namedInstrument(attempt) }))
  const all = [...attempts, ...named]
  return {
    name: 'payments-delete-declines',
    text: `delete from payments.declines where (book_id, instrument, attempt_id) in (
      select book_id, instrument, attempt_id from ${fewRows('$1::integer[], $2::text[], $3::uuid[]')}
        as c (book_id, instrument, attempt_id))`,
    values: [
      plainArray(all.map(({ book }) => book)),
      textArray(all.map(({ instrument }) => instrument)),
      plainArray(all.map(({ id }) => id)),
    ],
  }
}
