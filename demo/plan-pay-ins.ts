import type { CreatePayment } from '@munim/sdk'
import { createRandom, type Random } from '../scripts/random.ts'
import { hotelDesk, platformFees, purses, sellers, shop, vendorOfAccount } from './market.ts'

export type GivingBack = 'nothing' | 'whole' | 'part' | 'parts' | 'to_purse'

export type PlannedPayIn = { readonly payment: CreatePayment; readonly givingBack: GivingBack }

export type Ending = 'whole' | 'part' | 'parts' | 'grown' | 'canceled' | 'expired'

export type PlannedStay = { readonly payment: CreatePayment; readonly ending: Ending }

export type PlannedPayout = {
  readonly source: string
  readonly rail: string
  readonly instrument: string
  readonly amount: bigint
}

/** The ordinary business of the day, derived from a seed. The faults of the rails decide which of it fails. */
export type PaymentsPlan = {
  readonly payIns: readonly PlannedPayIn[]
  readonly stays: readonly PlannedStay[]
  readonly sends: readonly CreatePayment[]
  readonly payouts: readonly PlannedPayout[]
}

const payInsOf = { card: 70, upi: 55, bank: 25 } as const
const staysCount = 18
const sendsCount = 60
const payoutsCount = 18
const feePercent = 5n
const endings: readonly Ending[] = ['whole', 'part', 'parts', 'grown', 'canceled', 'expired']

type RailName = keyof typeof payInsOf

function instrumentOf(rail: RailName, payer: string): string {
  if (rail === 'card') return `card_visa_${payer}`
  return rail === 'upi' ? `payer${payer}@okbank` : `IN24BZAR${payer.padStart(14, '0')}`
}

export function planPayments(seed: number): PaymentsPlan {
  const random = createRandom(seed + 1)
  return {
    payIns: (['card', 'upi', 'bank'] as const).flatMap((rail) =>
      Array.from({ length: payInsOf[rail] }, (_, index) => planPayIn(random, rail, index)),
    ),
    stays: Array.from({ length: staysCount }, (_, index) => planStay(random, index)),
    sends: Array.from({ length: sendsCount }, (_, index) => planSend(random, index)),
    payouts: Array.from({ length: payoutsCount }, (_, index) => ({
      source: random.pick(sellers),
      rail: index % 3 === 0 ? 'card' : index % 3 === 1 ? 'upi' : 'bank',
      instrument: instrumentOf(index % 3 === 0 ? 'card' : index % 3 === 1 ? 'upi' : 'bank', `90${index}`),
      amount: BigInt(random.between({ least: 1_000, most: 20_000 })),
    })),
  }
}

function planPayIn(random: Random, rail: RailName, index: number): PlannedPayIn {
  const kind = random.pick(['shop', 'purse', 'haat'] as const)
  const amount = BigInt(random.between({ least: 2_000, most: 90_000 }))
  const source = { rail, instrument: instrumentOf(rail, String(index)) }
  const common = { amount, asset: 'INR', source, reference: `${rail}-${index}` }
  const givingBack = random.pick<GivingBack>(['nothing', 'nothing', 'nothing', 'whole', 'part', 'parts', 'to_purse'])
  if (kind === 'purse') {
    const purse = random.pick(purses)
    return { payment: { ...common, destination: purse, vendor: vendorOfAccount(purse) }, givingBack: 'nothing' }
  }
  if (kind === 'shop') {
    return { payment: { ...common, destination: shop, vendor: vendorOfAccount(shop) }, givingBack }
  }
  return { payment: { ...common, ...splitAmong(random, amount), vendor: 'haat' }, givingBack }
}

function splitAmong(random: Random, amount: bigint): Pick<CreatePayment, 'destinations' | 'fee'> {
  const fee = (amount * feePercent) / 100n
  const first = random.below(sellers.length)
  const count = random.between({ least: 2, most: 3 })
  const chosen = Array.from({ length: count }, (_, at) => sellers[(first + at) % sellers.length] ?? '')
  const part = (amount - fee) / BigInt(count)
  const rest = amount - fee - part * BigInt(count - 1)
  return {
    destinations: chosen.map((account, at) => ({ account, amount: at === 0 ? rest : part })),
    fee: { account: platformFees, amount: fee },
  }
}

/** A hotel guest's deposit in euros. The last third are sales of Haat, captured as they ship. */
function planStay(random: Random, index: number): PlannedStay {
  const ending = endings[index % endings.length] ?? 'whole'
  const amount = BigInt(random.between({ least: 20_000, most: 80_000 }))
  const source = { rail: 'card', instrument: instrumentOf('card', `50${index}`) }
  const common = { amount, source, capture: 'manual', reference: `stay-${index}` } as const
  if (index >= (staysCount * 2) / 3) {
    return { payment: { ...common, asset: 'INR', ...splitAmong(random, amount), vendor: 'haat' }, ending }
  }
  return { payment: { ...common, asset: 'EUR', destination: hotelDesk, vendor: 'lamp-shop' }, ending }
}

function planSend(random: Random, index: number): CreatePayment {
  const from = random.below(purses.length)
  const to = (from + random.between({ least: 1, most: purses.length - 1 })) % purses.length
  return {
    amount: BigInt(random.between({ least: 100, most: 9_000 })),
    asset: 'INR',
    source: { wallet: purses[from] ?? '' },
    destination: purses[to] ?? '',
    vendor: 'purse',
    reference: `send-${index}`,
  }
}
