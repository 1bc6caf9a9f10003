import type { CreateAccount, CreateTransfer } from '@munim/sdk'
import { createRandom, type Random } from '../scripts/random.ts'

export const dayAssets = [
  { code: 'INR', scale: 2 },
  { code: 'EUR', scale: 2 },
  { code: 'BAZAAR-PT', scale: 0 },
] as const

export type PlannedPayment = { readonly transfer: CreateTransfer; readonly expected: 'booked' | 'insufficient_funds' }

/** `posted` is the amount that must be posted in the end. */
export type PlannedHold = {
  readonly transfer: CreateTransfer
  readonly ending: 'whole' | 'part' | 'voided' | 'expired'
  readonly posted: bigint
}

export type TradingDay = {
  readonly accounts: readonly CreateAccount[]
  readonly openings: readonly CreateTransfer[]
  /** In order: each is decided after those before it. */
  readonly payments: readonly PlannedPayment[]
  /** In any order: their wallets hold enough for all of them. */
  readonly fares: readonly CreateTransfer[]
  readonly holds: readonly PlannedHold[]
  readonly fees: readonly CreateTransfer[]
  readonly sweeps: readonly CreateTransfer[]
}

const customersOf = { INR: 60, EUR: 20, 'BAZAAR-PT': 15 } as const
const merchantsOf = {
  INR: ['spice-house', 'tea-stall', 'book-nook', 'silk-lane', 'lamp-maker', 'sweet-shop', 'bicycles', 'tailor'],
  EUR: ['grand-hotel', 'antiques', 'rug-gallery', 'jeweller'],
  'BAZAAR-PT': ['gift-counter'],
} as const
const paymentsOf = { INR: 900, EUR: 200, 'BAZAAR-PT': 100 } as const
/** In minor units; the average is about half. */
const paymentMostOf = { INR: 60_000, EUR: 9_000, 'BAZAAR-PT': 80 } as const
const openingOf = { INR: [300_000, 1_500_000], EUR: [40_000, 150_000], 'BAZAAR-PT': [200, 600] } as const
const commuters = 20
const fareCount = 400
const fareMinor = 3000n
const guests = 20
const feePerMille = 15n
/** More than any merchant can have taken. */
const sweepMost = 1_000_000_000_000n

type AssetCode = (typeof dayAssets)[number]['code']

const suffix = (asset: AssetCode) => asset.toLowerCase()
const customer = (index: number, asset: AssetCode) => `customers:${String(index).padStart(4, '0')}:${suffix(asset)}`
const commuter = (index: number) => `commuters:${String(index).padStart(3, '0')}:inr`
const guest = (index: number) => `guests:${String(index).padStart(3, '0')}:eur`
export const openingAccount = (asset: string) => `equity:opening:${asset.toLowerCase()}`
export const bankAccount = (asset: string) => `bank:settlement:${asset.toLowerCase()}`
export const feeAccount = (asset: string) => `fees:${asset.toLowerCase()}`
export const metro = 'merchants:metro:inr'
export const hotel = 'merchants:grand-hotel:eur'

function merchantsIn(asset: AssetCode): string[] {
  return merchantsOf[asset].map((name) => `merchants:${name}:${suffix(asset)}`)
}

export function planTradingDay(seed: number): TradingDay {
  const random = createRandom(seed)
  const openings = planOpenings(random)
  const payments = planPayments(random, openings)
  return {
    accounts: planAccounts(),
    openings,
    payments,
    fares: Array.from({ length: fareCount }, (_, index) => ({
      source: commuter(index % commuters),
      destination: metro,
      amount: fareMinor,
      asset: 'INR',
      reference: `ticket-${index}`,
    })),
    holds: planHolds(random),
    fees: planFees(payments),
    sweeps: dayAssets.flatMap(({ code }) =>
      [...merchantsIn(code), ...(code === 'INR' ? [metro] : [])].map((merchant) => ({
        source: merchant,
        destination: bankAccount(code),
        amount: sweepMost,
        asset: code,
        balancing: 'source' as const,
        metadata: { run: 'evening-sweep' },
      })),
    ),
  }
}

type WalletKind = 'bank' | 'fees' | 'merchant' | 'customer' | 'commuter' | 'guest'

function planAccounts(): CreateAccount[] {
  const wallet = (code: string, asset: AssetCode, kind: WalletKind): CreateAccount => ({
    code,
    asset,
    metadata: { kind },
  })
  const perAsset = dayAssets.flatMap(({ code: asset }) => [
    { code: openingAccount(asset), asset, min_available: null, metadata: { kind: 'equity' } },
    wallet(bankAccount(asset), asset, 'bank'),
    wallet(feeAccount(asset), asset, 'fees'),
    ...merchantsIn(asset).map((merchant) => wallet(merchant, asset, 'merchant')),
    ...Array.from({ length: customersOf[asset] }, (_, index) => wallet(customer(index, asset), asset, 'customer')),
  ])
  return [
    ...perAsset,
    wallet(metro, 'INR', 'merchant'),
    ...Array.from({ length: commuters }, (_, index) => wallet(commuter(index), 'INR', 'commuter')),
    ...Array.from({ length: guests }, (_, index) => wallet(guest(index), 'EUR', 'guest')),
  ]
}

function planOpenings(random: Random): CreateTransfer[] {
  const opening = (destination: string, amount: number, asset: AssetCode): CreateTransfer => ({
    source: openingAccount(asset),
    destination,
    amount: BigInt(amount),
    asset,
    metadata: { run: 'opening' },
  })
  const wallets = dayAssets.flatMap(({ code: asset }) =>
    Array.from({ length: customersOf[asset] }, (_, index) =>
      opening(customer(index, asset), random.between({ least: openingOf[asset][0], most: openingOf[asset][1] }), asset),
    ),
  )
  // A small rest remains for the intended failures later in the day.
  const faresEach = Number(fareMinor) * (Math.ceil(fareCount / commuters) + 1)
  return [
    ...wallets,
    ...Array.from({ length: commuters }, (_, index) => opening(commuter(index), faresEach, 'INR')),
    ...Array.from({ length: guests }, (_, index) => opening(guest(index), 100_000, 'EUR')),
  ]
}

/** Models the wallets to predict which will run dry. */
function planPayments(random: Random, openings: readonly CreateTransfer[]): PlannedPayment[] {
  const left = new Map(openings.map((opening) => [opening.destination, BigInt(opening.amount)]))
  const assets = dayAssets.flatMap(({ code }) => Array.from({ length: paymentsOf[code] }, () => code))
  return shuffle(random, assets).map((asset, index) => {
    const source = customer(random.below(customersOf[asset]), asset)
    const amount = BigInt(random.between({ least: 1, most: paymentMostOf[asset] }))
    const had = left.get(source) ?? 0n
    if (had >= amount) left.set(source, had - amount)
    return {
      transfer: {
        source,
        destination: random.pick(merchantsIn(asset)),
        amount,
        asset,
        reference: `order-${index}`,
        metadata: { order: String(index), channel: random.pick(['stall', 'web', 'phone']) },
      },
      expected: had >= amount ? 'booked' : 'insufficient_funds',
    }
  })
}

function planHolds(random: Random): PlannedHold[] {
  return Array.from({ length: guests }, (_, index) => {
    const amount = BigInt(random.between({ least: 20_000, most: 80_000 }))
    const ending = index < 10 ? 'whole' : index < 15 ? 'part' : index < 18 ? 'voided' : 'expired'
    const posted = ending === 'whole' ? amount : ending === 'part' ? (amount * 3n) / 4n : 0n
    const transfer = { source: guest(index), destination: hotel, amount, asset: 'EUR', pending: true }
    return { transfer, ending, posted }
  })
}

function planFees(payments: readonly PlannedPayment[]): CreateTransfer[] {
  const taken = new Map<string, { asset: string; amount: bigint }>()
  for (const { transfer, expected } of payments) {
    if (expected !== 'booked') continue
    const sum = taken.get(transfer.destination)?.amount ?? 0n
    taken.set(transfer.destination, { asset: transfer.asset, amount: sum + BigInt(transfer.amount) })
  }
  return [...taken]
    .filter(([, { asset }]) => asset !== 'BAZAAR-PT')
    .map(([merchant, { asset, amount }]) => ({
      source: merchant,
      destination: feeAccount(asset),
      amount: (amount * feePerMille) / 1000n,
      asset,
      metadata: { run: 'fees' },
    }))
}

function shuffle<Item>(random: Random, items: readonly Item[]): Item[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const [a, b] = [shuffled[last], shuffled[other]]
    if (a !== undefined && b !== undefined) {
      shuffled[last] = b
      shuffled[other] = a
    }
  }
  return shuffled
}
