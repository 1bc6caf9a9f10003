import { type BurstAnswer, type BurstStep, micros, plainArray } from '#platform/postgres'

/** SQL for the earliest expiry of an account's open holds, past or future; null when none expires. */
export function nextLapse(account: string): string {
  const ofSide = (side: 'source' | 'destination') =>
    `(select min(expires_at) from ledger.holds where ${side} = ${account} and expires_at is not null)`
  return micros(`least(${ofSide('source')}, ${ofSide('destination')})`)
}

export function toLapse(text: string | null | undefined): number {
  return text == null ? Number.POSITIVE_INFINITY : Number(text)
}

/** Also counts lapsed holds whose end is not written yet, up to `countMax` per side. */
export function readLapsesStep(accounts: readonly number[], countMax: number): BurstStep {
  const lapsedOf = (side: 'source' | 'destination') => `(select count(*) from (
        select from ledger.holds where ${side} = wanted.number and expires_at <= statement_timestamp() limit $2::bigint
      ) ${side})`
  return {
    name: 'ledger-read-lapses',
    text: `select wanted.number, ${nextLapse('wanted.number')}, ${lapsedOf('source')}, ${lapsedOf('destination')}
      from unnest($1::bigint[]) as wanted (number)`,
    values: [plainArray(accounts), String(countMax)],
  }
}

/** `lapsed` is the largest safe integer when not all were counted. */
export type Lapses = { readonly account: number; readonly lapsesAt: number; readonly lapsed: number }

const uncounted = Number.MAX_SAFE_INTEGER

export function toLapses(answer: BurstAnswer, countMax: number): Lapses[] {
  return answer.rows.map(([account, at, ofSource, ofDestination]) => {
    const [out, into] = [Number(ofSource), Number(ofDestination)]
    const lapsed = out < countMax && into < countMax ? out + into : uncounted
    return { account: Number(account), lapsesAt: toLapse(at), lapsed }
  })
}
