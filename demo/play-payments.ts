import type { Case, MunimError, Payment, Payout, Refund } from '@munim/sdk'
import { poll } from '../scripts/poll.ts'
import { railTimes } from './demo-rails.ts'
import { type Race, raceForLastItems } from './last-item.ts'
import { openMarket } from './market.ts'
import { type EndedMishap, endMishaps, playMishaps } from './mishaps.ts'
import type { PaymentsStage } from './payments-stage.ts'
import { planPayments } from './plan-pay-ins.ts'
import { type Outage, playOutage } from './rail-outage.ts'
import { endPayout, payOutInVain } from './returned-payout.ts'
import {
  type Comparison,
  compareWithRails,
  countEnds,
  countTroubles,
  type DayRecords,
  type EndCount,
  measureEnds,
  measureStarts,
  readDay,
  type Times,
  type Troubles,
} from './review-day.ts'
import { settleDay } from './settle-day.ts'
import { trade } from './trade.ts'
import { type Decided, listOpen, workCases } from './work-cases.ts'

export type PaymentsSummary = {
  readonly ends: readonly EndCount[]
  readonly refusals: ReadonlyMap<string, number>
  readonly troubles: Troubles
  readonly mishaps: readonly EndedMishap[]
  readonly outage: Outage
  readonly races: readonly Race[]
  readonly decided: readonly Decided[]
  readonly left: readonly Case[]
  readonly comparison: Comparison
  readonly starts: ReadonlyMap<string, Times>
  /** From acceptance to the end, by the source of the money. */
  readonly times: ReadonlyMap<string, Times>
  /** Work that has neither ended nor has an open case: must be empty. */
  readonly stranded: readonly string[]
}

const agreementMs = 12_000

export async function playPayments(day: Omit<PaymentsStage, 'refused'>): Promise<PaymentsSummary> {
  const refusals = new Map<string, number>()
  const refused = ({ code }: MunimError) => void refusals.set(code, (refusals.get(code) ?? 0) + 1)
  const stage: PaymentsStage = { ...day, refused }
  const { say } = stage
  const plan = planPayments(stage.seed)
  say('Payments: a shop, an app of wallets and a marketplace open')
  await openMarket(stage.munim)
  say(`Everything that can go wrong is tried; ${plan.payIns.length} customers pay by card, UPI and bank transfer`)
  const payout = await payOutInVain(stage)
  const playing = playMishaps(stage)
  // A failure is thrown where it is awaited, not during the steps played meanwhile.
  playing.catch(() => undefined)
  await trade(stage, plan)
  say('Two times two customers want the last piece')
  const races = await raceForLastItems(stage)
  say('UPI goes down')
  const faultsEndedAt = performance.now()
  const outage = await playOutage(stage)
  const played = await playing
  say('Evening: what is under way comes to its end')
  await settleDay(stage)
  say('An operator works the cases')
  const decided = await workCases(stage)
  const { records, comparison, left, open } = await agree(stage, faultsEndedAt)
  return {
    ends: countEnds(records),
    refusals,
    troubles: countTroubles(records),
    mishaps: [...(await endMishaps(stage, played)), await endPayout(stage, payout)],
    outage,
    races,
    decided,
    left,
    comparison,
    starts: measureStarts(records),
    times: measureEnds(records),
    stranded: await Promise.all(open.map((one) => describeStranded(stage, one))),
  }
}

/** `open`: work that has not ended, and has no open case of its own or of its payment. */
type Stand = {
  readonly records: DayRecords
  readonly comparison: Comparison
  readonly left: readonly Case[]
  readonly open: readonly (Payment | Refund | Payout)[]
}

/**
 * Compares with the rails after they have reported everything. Late successes and disputes arrive after a delay, and
 * the bank has them in later statements. An even later one reopens a payment for a while.
 */
async function agree(stage: PaymentsStage, faultsEndedAt: number): Promise<Stand> {
  const { lateMs, bankDayMs } = railTimes
  // A dispute is decided as long after its opening as it was opened after the charge.
  const toldAt = faultsEndedAt + 2 * lateMs + 3 * bankDayMs
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, toldAt - performance.now())))
  await settleDay(stage)
  stage.say('The books are compared with what the rails have written down')
  const agrees = ({ comparison, open }: Stand) => comparison.isEqual && open.length === 0
  return poll(() => look(stage), agrees, { withinMs: agreementMs, everyMs: 500 })
}

async function look(stage: PaymentsStage): Promise<Stand> {
  const records = await readDay(stage)
  const comparison = await compareWithRails(stage, records)
  const left = await listOpen(stage)
  return { records, comparison, left, open: findOpen(records, left) }
}

function findOpen({ payments, refunds, payouts }: DayRecords, left: readonly Case[]): Stand['open'] {
  const seenTo = new Set(left.map(({ subject }) => subject.id))
  const hasEnded = (state: string) => state === 'succeeded' || state === 'failed' || state === 'canceled'
  const stuckRefunds = refunds.filter(({ id }) => seenTo.has(id))
  for (const { payment } of stuckRefunds) seenTo.add(payment)
  return [...payments, ...refunds, ...payouts].filter(({ id, state }) => !hasEnded(state) && !seenTo.has(id))
}

const stepsTold = 4

async function describeStranded({ munim }: PaymentsStage, one: Stand['open'][number]): Promise<string> {
  const steps: string[] = []
  const timeline = one.id.startsWith('out_') ? munim.payouts.timeline : munim.payments.timeline
  for await (const { at, text } of timeline('payment' in one ? one.payment : one.id)) steps.push(`${at} ${text}`)
  return `${one.id} is ${one.state} (${steps.slice(-stepsTold).join(' ')})`
}
