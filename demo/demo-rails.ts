import { startProgram } from './start-program.ts'

export type RailTotal = {
  readonly rail: string
  readonly operation: string
  readonly asset: string
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly count: number
  readonly amount: bigint
}

export type RailRecords = {
  readonly totals: readonly RailTotal[]
  readonly callbacksWaiting: number
}

export type RailOperation = {
  readonly id: string
  readonly operation: string
  readonly status: string
  readonly instrument: string
  readonly amount: string
  readonly requested_amount: string
}

export type DemoRails = {
  readonly url: string
  /** See `/control` in the simulator's reference. */
  readonly control: (what: string, body: object) => Promise<void>
  readonly records: () => Promise<RailRecords>
  readonly operations: (rail: string) => Promise<readonly RailOperation[]>
  readonly stop: () => Promise<void>
}

export const callbackSecret = 'whsec_YSBkYXkgYXQgdGhlIGJhemFhciwgc2lnbmVk'

export const railTimes = { bankDayMs: 2_000, lateMs: 1_500 } as const

export async function startDemoRails(seed: number): Promise<DemoRails> {
  const { bankDayMs, lateMs } = railTimes
  const { url, stop } = await startProgram([
    'rail-simulator',
    ...['--port', '0', '--seed', String(seed), '--callback-secret', callbackSecret],
    ...['--day-ms', String(bankDayMs), '--late-ms', String(lateMs), '--slow-ms', '400', '--hang-ms', '5000'],
  ])
  const ask = async <Answer>(path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init)
    const body = await response.text()
    if (!response.ok) throw new Error(`the rail simulator answered ${path} with ${response.status}: ${body}`)
    return JSON.parse(body) as Answer
  }
  return {
    url,
    stop,
    control: async (what, body) => {
      await ask(`/control/${what}`, { method: 'POST', body: JSON.stringify(body) })
    },
    records: async () => {
      const { totals, callbacks } = await ask<RecordsJson>('/records')
      return {
        totals: totals.map((total) => ({ ...total, amount: BigInt(total.amount) })),
        callbacksWaiting: callbacks.waiting,
      }
    },
    operations: async (rail) =>
      (await ask<{ data: RailOperation[] }>(`/records/operations?rail=${rail}&limit=1000`)).data,
  }
}

type RecordsJson = {
  readonly totals: readonly (Omit<RailTotal, 'amount'> & { readonly amount: string })[]
  readonly callbacks: { readonly waiting: number }
}
