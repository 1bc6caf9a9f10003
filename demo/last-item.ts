import type { Checkout, Order } from '@munim/sdk'
import { lastItems, shop } from './market.ts'
import { type PaymentsStage, until } from './payments-stage.ts'

export type Race = {
  readonly item: string
  readonly coordinator: Order['coordinator']
  readonly confirmed: number
  readonly failed: number
  readonly steps: readonly string[]
  /** The loser's money still held or paid: zero when all of it was returned. */
  readonly kept: bigint
}

const waitedMs = 15_000

/** One race charges at once, the other holds the money first. Each uses another coordinator. */
export async function raceForLastItems(stage: PaymentsStage): Promise<readonly Race[]> {
  return Promise.all([
    race(stage, { item: lastItems.lamp, coordinator: 'orchestrated', capture: 'automatic' }),
    race(stage, { item: lastItems.shawl, coordinator: 'choreographed', capture: 'manual' }),
  ])
}

type RaceRules = Pick<Order, 'coordinator' | 'capture'> & { readonly item: string }

async function race({ munim }: PaymentsStage, { item, coordinator, capture }: RaceRules): Promise<Race> {
  const buy = () =>
    munim.orders.create({
      lines: [{ item, quantity: 1 }],
      // A slow card, so that both orders exist before either has been paid.
      source: { rail: 'card', instrument: 'card_slow' },
      destination: shop,
      capture,
      coordinator,
      vendor: 'lamp-shop',
    })
  const placed = await Promise.all([buy(), buy()])
  const read = () => Promise.all(placed.map(({ id }) => munim.orders.get(id)))
  await until(async () => (await read()).every(({ state }) => state !== 'processing'), waitedMs)
  const orders = await read()
  const loser = orders.find(({ state }) => state === 'failed')
  const checkout: Checkout | undefined = loser && (await munim.orders.checkout(loser.id))
  const payment = loser?.payment ? await munim.payments.get(loser.payment) : undefined
  return {
    item,
    coordinator,
    confirmed: orders.filter(({ state }) => state === 'confirmed').length,
    failed: orders.filter(({ state, reason }) => state === 'failed' && reason === 'out_of_stock').length,
    steps: checkout?.steps.map(({ name, state }) => `${name}: ${state}`) ?? [],
    kept: payment === undefined ? 0n : payment.amount_capturable + payment.amount_captured - payment.amount_refunded,
  }
}
