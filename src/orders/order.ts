import type { Timestamp, Uuid } from '#kernel'
import type { CoordinatorName, Metadata, PaymentSource } from '#payments'

/** Something that is sold. `price` is in minor units of `asset`; `stock` is what can still be reserved. */
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

/** `processing`: being checked out, or being given back. `refunded`: it was confirmed, and canceled after that. */
export const orderStates = ['processing', 'confirmed', 'failed', 'refunded'] as const
export type OrderState = (typeof orderStates)[number]

/** So many of an item, at the price at which they were ordered. */
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
  /** Why it failed or goes back: the code of the payment's or the reservation's refusal, or `canceled`. */
  readonly reason: string | undefined
  /** Somebody wants it no more: it will not be confirmed. */
  readonly isCanceled: boolean
  readonly asset: string
  readonly amount: bigint
  readonly source: PaymentSource
  /** The account that is paid. */
  readonly destination: string
  /** `manual`: the money is held while the items are reserved and taken when the order is confirmed. */
  readonly capture: 'automatic' | 'manual'
  readonly coordinator: CoordinatorName
  readonly vendor: string | undefined
  readonly reference: string | undefined
  readonly metadata: Metadata
  /** The checkout. */
  readonly saga: Uuid
  readonly payment: Uuid | undefined
  /** The checkout that confirmed it. */
  readonly confirmedBy: Uuid | undefined
  readonly createdAt: Timestamp
  readonly changedAt: Timestamp
  readonly lines: readonly OrderLine[]
}

export type NewItem = Pick<Item, 'book' | 'code' | 'name' | 'asset' | 'price' | 'stock'>

/** What is given is changed. `stock` sets, `stockChange` adds or takes away. */
export type ItemChange = {
  readonly book: number
  /** Id or code. */
  readonly item: string
  readonly name?: string
  readonly price?: bigint
  readonly stock?: bigint
  readonly stockChange?: bigint
}

export type NewOrder = {
  /** The id of its checkout; made up when not given. */
  readonly saga?: Uuid
  readonly book: number
  /** Items by id or code. */
  readonly lines: readonly { readonly item: string; readonly quantity: number }[]
  readonly source: PaymentSource
  readonly destination: string
  readonly capture: 'automatic' | 'manual'
  readonly coordinator: CoordinatorName
  readonly vendor?: string
  readonly reference?: string
  readonly metadata: Metadata
}
