import type { CreateAccount, Munim } from '@munim/sdk'

// The participants of the day's payments: a shop, a wallet app and a marketplace, in one book.

export const vendors = [
  { code: 'lamp-shop', name: 'Lamps of the bazaar', lane: 'instant' },
  { code: 'purse', name: 'Purse, an app of wallets', lane: 'standard' },
  { code: 'haat', name: 'Haat, a marketplace', lane: 'bulk' },
] as const

export const shop = 'shops:lamps:inr'
export const hotelDesk = 'shops:palace-hotel:eur'
export const platformFees = 'platform:fees:inr'
export const float = 'purse:float:inr'
export const sellers = ['weaver', 'potter', 'smith', 'baker', 'printer', 'dyer'].map((name) => `sellers:${name}:inr`)
export const purses = Array.from({ length: 24 }, (_, index) => `purses:${String(index).padStart(2, '0')}:inr`)

/** Enough for the transfers between the wallets, without their pay-ins. */
export const purseOpening = 200_000n
/** Disputes and fees never exhaust it. */
export const stallOpening = 500_000n

export const lastItems = { lamp: 'last-lamp', shawl: 'last-shawl' } as const

const vendorOf: Readonly<Record<string, string>> = { shops: 'lamp-shop', purses: 'purse', sellers: 'haat' }

export function vendorOfAccount(code: string): string {
  return vendorOf[code.slice(0, code.indexOf(':'))] ?? 'haat'
}

export async function openMarket(munim: Munim): Promise<void> {
  const inr = [shop, platformFees, ...sellers, ...purses].map((code): CreateAccount => ({ code, asset: 'INR' }))
  const results = await munim.accounts.createBatch([
    ...inr,
    { code: hotelDesk, asset: 'EUR' },
    { code: float, asset: 'INR', min_available: null },
  ])
  const refused = results.find(({ error }) => error !== undefined)
  if (refused?.error !== undefined) throw new Error(`an account of the market was refused with ${refused.error.code}`)
  const fund = (destination: string, amount: bigint) => ({ source: float, destination, amount, asset: 'INR' })
  await munim.transfers.createBatch(
    [
      ...purses.map((purse) => fund(purse, purseOpening)),
      ...[shop, ...sellers].map((stall) => fund(stall, stallOpening)),
    ],
    { atomic: true },
  )
  for (const vendor of vendors) await munim.vendors.create(vendor)
  await munim.items.create({
    code: lastItems.lamp,
    name: 'The last brass lamp',
    asset: 'INR',
    price: 240_000n,
    stock: 1,
  })
  await munim.items.create({ code: lastItems.shawl, name: 'The last shawl', asset: 'INR', price: 125_000n, stock: 1 })
}
