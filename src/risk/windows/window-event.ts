import type { Timestamp } from '#kernel'

export type Scalar = string | number | bigint | boolean

export type AssetAmount = { readonly minor: bigint; readonly asset: string }

export type FieldValue = Scalar | AssetAmount

export type EventFields = Readonly<Record<string, FieldValue | undefined>>

export type WindowEvent = {
  /** The same event has the same id, however often it is delivered. */
  readonly id: string
  /** When it happened. It may arrive much later. */
  readonly at: Timestamp
  /** Its place in the order of arrival, such as its position in the feed. The events of a key are applied in this order. */
  readonly position: number
  readonly fields: EventFields
}

export function isAssetAmount(value: FieldValue | undefined): value is AssetAmount {
  return typeof value === 'object' && value !== null
}

/** Numbers, bigints and truth values compare with text as they are written: 5, 5n and '5' are the same. */
export function scalarText(value: Scalar): string {
  return typeof value === 'string' ? value : String(value)
}

/** A whole number, or `undefined`: sums of floats would depend on their order. */
export function wholeOf(value: FieldValue | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined
}
