import type { Timestamp, Uuid } from '#kernel'
import type { Metadata, PaymentSource } from '#payments'
import type { CoordinatorName } from '#sagas'

/** `price` is in minor units of `asset`; `stock` is the quantity that can still be reserved. */
export type Item = {
  readonly id: Uuid
  readonly book: number
  readonly code: string
  readonly name: string
  readonly asset: string
  readonly price: bigint
  readonly stock: bigint
  readonly createdAt: Timestamp
}

/** `processing`: in checkout or being reversed. `refunded`: canceled after it was confirmed. */
export const orderStates = ['processing', 'confirmed', 'failed', 'refunded'] as const
export type OrderState = (typeof orderStates)[number]

/** `price` is the one at the time of the order. */
export type OrderLine = {
  readonly item: Uuid
  readonly code: string
  readonly quantity: number
  readonly price: bigint
}

export type Order = {
  readonly id: Uuid
  readonly book: number
  readonly state: OrderState
  /** The refusal code of the payment or the reservation, or `canceled`. */
  readonly reason: string | undefined
  readonly isCanceled: boolean
  readonly asset: string
  readonly amount: bigint
  readonly source: PaymentSource
  readonly destination: string
  /** `manual`: the money is held during the reservation and captured on confirmation. */
  readonly capture: 'automatic' | 'manual'
  readonly coordinator: CoordinatorName
  readonly vendor: string | undefined
  readonly reference: string | undefined
  readonly metadata: Metadata
  readonly saga: Uuid
  readonly payment: Uuid | undefined
  /** The checkout that confirmed it. */
  readonly confirmedBy: Uuid | undefined
  readonly createdAt: Timestamp
  readonly changedAt: Timestamp
  readonly lines: readonly OrderLine[]
}

export type NewItem = Pick<Item, 'book' | 'code' | 'name' | 'asset' | 'price' | 'stock'>

/** What a client may set or add up to. */
export const stockMax = 1_000_000_000n

/** Only the given fields change. `stock` replaces the stock; `stockChange` is added to it. */
export type ItemChange = {
  readonly book: number
  readonly item: string
  readonly name?: string
  readonly price?: bigint
  readonly stock?: bigint
  readonly stockChange?: bigint
}

export type NewOrder = {
  /** The id of its checkout; default: a new id. */
  readonly saga?: Uuid
  readonly book: number
  readonly lines: readonly { readonly item: string; readonly quantity: number }[]
  readonly source: PaymentSource
  readonly destination: string
  readonly capture: 'automatic' | 'manual'
  readonly coordinator: CoordinatorName
  readonly vendor?: string
  readonly reference?: string
  readonly metadata: Metadata
}
