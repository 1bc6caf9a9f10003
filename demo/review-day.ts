import type { Munim, Payment, Payout, Refund, TimelineItem } from '@munim/sdk'
import {
  type ComparedOperation,
  type ComparedRail,
  compareOperations,
  compareRails,
  isEqual,
} from './compare-with-rails.ts'
import { eachAtOnce, type PaymentsStage } from './payments-stage.ts'

export type DayRecords = {
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly payouts: readonly Payout[]
  readonly timelines: ReadonlyMap<string, readonly TimelineItem[]>
}

const readsAtOnce = 8

export async function readDay({ munim }: Pick<PaymentsStage, 'munim'>): Promise<DayRecords> {
  const payments = await collect(munim.payments.list())
  const refunds = await collect(munim.refunds.list())
  const payouts = await collect(munim.payouts.list())
  const timelines = new Map<string, readonly TimelineItem[]>()
  await eachAtOnce(payments, readsAtOnce, async ({ id }) => {
    timelines.set(id, await collect(munim.payments.timeline(id)))
  })
  await eachAtOnce(payouts, readsAtOnce, async ({ id }) => {
    timelines.set(id, await collect(munim.payouts.timeline(id)))
  })
  return { payments, refunds, payouts, timelines }
}

export type Comparison = {
  readonly operations: readonly ComparedOperation[]
  readonly rails: readonly ComparedRail[]
  readonly isEqual: boolean
}

export async function compareWithRails(stage: PaymentsStage, { timelines }: DayRecords): Promise<Comparison> {
  const { totals } = await stage.rails.records()
  const operations = compareOperations(totals, [...timelines.values()])
  const balances = await readClearing(stage.munim)
  const rails = compareRails(totals, balances)
  return { operations, rails, isEqual: isEqual(operations, rails) }
}

async function readClearing({ accounts }: Munim): Promise<ReadonlyMap<string, bigint>> {
  const balances = new Map<string, bigint>()
  for await (const { code, posted } of accounts.list({ code_prefix: 'rails:' })) balances.set(code, posted)
  return balances
}

async function collect<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}

export type EndCount = {
  readonly what: string
  readonly asset: string
  readonly state: string
  readonly reason: string | null
  readonly count: number
  readonly amount: bigint
}

export function countEnds({ payments, refunds, payouts }: DayRecords): readonly EndCount[] {
  const ends = new Map<string, EndCount>()
  const add = (what: string, row: Pick<Payment, 'asset' | 'state' | 'reason' | 'amount'>) => {
    const { asset, state, reason } = row
    const key = [what, asset, state, reason ?? ''].join('\n')
    const known = ends.get(key) ?? { what, asset, state, reason, count: 0, amount: 0n }
    ends.set(key, { ...known, count: known.count + 1, amount: known.amount + row.amount })
  }
  for (const payment of payments) {
    const over = 'rail' in payment.source ? `pay-in, ${payment.rail ?? payment.source.rail}` : 'wallet to wallet'
    add(payment.capture === 'manual' ? `${over}, held first` : over, payment)
  }
  for (const refund of refunds) {
    add(refund.reversal ? 'refund by Munim' : refund.to === null ? 'refund' : 'refund to wallet', refund)
  }
  for (const payout of payouts) add(`payout, ${payout.rail}`, payout)
  const ranks = ['succeeded', 'canceled', 'failed', 'requires_review']
  const rank = ({ what, asset, state, reason }: EndCount) =>
    [what, asset, ranks.indexOf(state), reason ?? ''].join('\n')
  return [...ends.values()].sort((one, other) => (rank(one) < rank(other) ? -1 : 1))
}

export type Troubles = {
  readonly attempts: number
  readonly inDoubt: number
  readonly inquiries: number
  readonly declined: number
}

export function countTroubles({ timelines }: DayRecords): Troubles {
  const attempts = [...timelines.values()].flat().flatMap(({ attempt }) => attempt ?? [])
  const asked = attempts.filter(({ inquiries }) => inquiries > 0)
  return {
    attempts: attempts.length,
    inDoubt: asked.length,
    inquiries: asked.reduce((sum, { inquiries }) => sum + inquiries, 0),
    declined: attempts.filter(({ state }) => state === 'failed').length,
  }
}

/** In milliseconds, ascending. */
export type Times = readonly number[]

/** From acceptance to the end, by the source of the money. */
export function measureEnds({ payments, timelines }: DayRecords): ReadonlyMap<string, Times> {
  return measure(payments, ({ id, source, rail, created_at, state }) => {
    const end = timelines.get(id)?.find(({ events }) => events.includes('payment.succeeded'))
    if (state !== 'succeeded' || end === undefined) return undefined
    return ['rail' in source ? (rail ?? source.rail) : 'a wallet', Date.parse(end.at) - Date.parse(created_at)]
  })
}

/** From acceptance to the start in the lane, by vendor. */
export function measureStarts({ payments, timelines }: DayRecords): ReadonlyMap<string, Times> {
  return measure(payments, ({ id, vendor, created_at }) => {
    const start = timelines.get(id)?.find(({ kind }) => kind === 'step')
    if (vendor === null || start === undefined) return undefined
    return [vendor, Date.parse(start.at) - Date.parse(created_at)]
  })
}

function measure(
  payments: readonly Payment[],
  timeOf: (payment: Payment) => readonly [group: string, ms: number] | undefined,
): ReadonlyMap<string, Times> {
  const times = new Map<string, number[]>()
  for (const payment of payments) {
    const [group, ms] = timeOf(payment) ?? []
    if (group === undefined || ms === undefined) continue
    times.set(group, [...(times.get(group) ?? []), ms])
  }
  for (const list of times.values()) list.sort((a, b) => a - b)
  return times
}
