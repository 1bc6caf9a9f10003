import type { Payment } from '@munim/sdk'
import { sellers, shop } from './market.ts'
import { eachAtOnce, type PaymentsStage, until } from './payments-stage.ts'

export type Outage = {
  readonly rail: string
  readonly seconds: number
  /** Payments that could take no other rail, and how many of them continued after the outage. */
  readonly waited: number
  readonly wentOn: number
  readonly flexible: number
  readonly tookAnother: number
  /** From the end of the outage to the end of the last waiting payment. */
  readonly caughtUpAfterSeconds: number
}

const rail = 'upi'
const eachKind = 12
const longestMs = 15_000
const shortestMs = 3_000

/** During an outage of UPI, flexible payments take the card; the others wait and then continue. */
export async function playOutage({ munim, rails, say }: PaymentsStage): Promise<Outage> {
  await rails.control('faults', { rail: 'all', rates: {} })
  await rails.control('outage', { rail, ms: longestMs })
  const startedAt = performance.now()
  const pay = (index: number, isFlexible: boolean) =>
    munim.payments.create({
      amount: BigInt(10_000 + index),
      asset: 'INR',
      // A token that both rails accept.
      source: isFlexible
        ? { rail, instrument: `card_token${index}@okbank`, other_rails: ['card'] }
        : { rail, instrument: `patient${index}@okbank` },
      destination: isFlexible ? (sellers[index % sellers.length] ?? shop) : shop,
      vendor: isFlexible ? 'haat' : 'lamp-shop',
      reference: `outage-${isFlexible ? 'flexible' : 'patient'}-${index}`,
    })
  const patient: Payment[] = []
  const flexible: Payment[] = []
  await eachAtOnce(
    Array.from({ length: eachKind }, (_, index) => index),
    4,
    async (index) => {
      patient.push(await pay(index, false))
      flexible.push(await pay(index, true))
    },
  )
  const isDown = await until(async () => (await munim.rails.get(rail)).state === 'down', 5_000)
  say(`UPI ${isDown ? 'is seen to be down: nothing is sent to it any more' : 'does not answer'}`)
  const isOver = async ({ id }: Payment) => (await munim.payments.get(id)).state !== 'processing'
  const allOver = async (payments: readonly Payment[]) => (await Promise.all(payments.map(isOver))).every(Boolean)
  await until(async () => performance.now() - startedAt > shortestMs && (await allOver(flexible)), longestMs)
  await rails.control('outage', { rail, ms: 0 })
  const endedAt = performance.now()
  say('UPI is back')
  await until(() => allOver(patient), longestMs)
  const caughtUpAt = performance.now()
  const after = async (payments: readonly Payment[]) => Promise.all(payments.map(({ id }) => munim.payments.get(id)))
  const through = (payments: readonly Payment[], over: string) =>
    payments.filter(({ state, rail: taken }) => state === 'succeeded' && taken === over).length
  return {
    rail,
    seconds: (endedAt - startedAt) / 1000,
    waited: patient.length,
    wentOn: through(await after(patient), rail),
    flexible: flexible.length,
    tookAnother: through(await after(flexible), 'card'),
    caughtUpAfterSeconds: (caughtUpAt - endedAt) / 1000,
  }
}
