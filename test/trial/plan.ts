import { createRandom, type Random } from '../../scripts/random.ts'
import type { TrialOptions } from './options.ts'

/** What a client asks for. The same seed plans the same requests, whatever is done to the processes. */
export type Planned = {
  readonly kind: 'payment' | 'payout' | 'refund'
  /** Of the payment; that of a refund has the number of its payment. */
  readonly number: number
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

export const asset = 'USD'
export const wallets = Array.from({ length: 50 }, (_, at) => `wallets:${at}`)
export const merchants = Array.from({ length: 50 }, (_, at) => `merchants:${at}`)
/** It has no money: payments from it fail. */
export const poorWallet = 'wallets:poor'
export const vendors = [
  { code: 'now', lane: 'instant' },
  { code: 'whenever', lane: 'bulk' },
] as const

/** Each with its weight. Those of rails are test values of the simulator. */
const sources: readonly (readonly [weight: number, source: 'wallet' | 'poor' | string])[] = [
  [40, 'wallet'],
  [3, 'poor'],
  [28, 'card:card_ok'],
  [4, 'card:card_do_not_honor'],
  [3, 'card:card_timeout_happened'],
  [2, 'card:card_timeout_not_happened'],
  [3, 'card:card_reset_happened'],
  [3, 'card:card_500_happened'],
  [10, 'upi:asha@upi'],
  [2, 'upi:failure@upi'],
  [2, 'upi:no_callback@upi'],
]
const sourcesTotal = sources.reduce((sum, [weight]) => sum + weight, 0)

const refundedShare = 0.08
const payoutShare = 0.05
/** A refund is asked for so many requests after its payment. */
const refundAfter = 60

export function planRequests({ payments, seed }: Pick<TrialOptions, 'payments' | 'seed'>): Planned[] {
  const random = createRandom(seed)
  const requests: Planned[] = []
  const refunds: { readonly at: number; readonly refund: Planned }[] = []
  for (let number = 0; number < payments; number += 1) {
    while (refunds[0] !== undefined && refunds[0].at <= number) requests.push(...refunds.splice(0, 1).map(refundOf))
    const payment = planPayment(number, random)
    requests.push(payment)
    if (random.chance(payoutShare)) requests.push(planPayout(number, random))
    if (isSure(payment) && random.chance(refundedShare)) {
      const body = { amount: random.between({ least: 1, most: 99 }) }
      refunds.push({ at: number + refundAfter, refund: { kind: 'refund', number, path: '/v1/refunds', body } })
    }
  }
  return [...requests, ...refunds.map(refundOf)]
}

const refundOf = ({ refund }: { readonly refund: Planned }) => refund

function planPayment(number: number, random: Random): Planned {
  const source = pickSource(random)
  const [rail = '', instrument] = source.split(':')
  const wallet = source === 'poor' ? poorWallet : random.pick(wallets)
  const vendor = random.below(10)
  return {
    ...{ kind: 'payment', number, path: '/v1/payments' },
    body: {
      ...{ amount: random.between({ least: 100, most: 5_000 }), asset, destination: random.pick(merchants) },
      source: instrument === undefined ? { wallet } : { rail, instrument },
      ...(vendor < 3 && { vendor: vendors[vendor === 0 ? 1 : 0].code }),
    },
  }
}

function planPayout(number: number, random: Random): Planned {
  const amount = random.between({ least: 100, most: 5_000 })
  const to = random.chance(0.5) ? { rail: 'card', instrument: 'card_ok' } : { rail: 'upi', instrument: 'asha@upi' }
  return { kind: 'payout', number, path: '/v1/payouts', body: { amount, asset, source: random.pick(wallets), ...to } }
}

/** Ends well, so that it can be refunded. */
function isSure({ body: { source } }: Planned): boolean {
  const text = JSON.stringify(source)
  return text.includes('card_ok') || (text.includes('wallet') && !text.includes(poorWallet))
}

function pickSource(random: Random): string {
  let rest = random.next() * sourcesTotal
  for (const [weight, source] of sources) {
    rest -= weight
    if (rest < 0) return source
  }
  return 'wallet'
}
