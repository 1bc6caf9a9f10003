import type { Timestamp } from '#kernel'
import type { Metadata, Share } from '../payment.ts'

// Conversion of column values from the driver, for the read models.

export const noMetadata: Metadata = {}

export function readOptionalTime(value: bigint | null): Timestamp | undefined {
  return value === null ? undefined : Number(value)
}

/** Shares as they are stored: an account, its amount, and the captured part where it is kept. */
export type StoredShare = readonly [account: string, amount: string, captured?: string]

export function readShares(stored: readonly StoredShare[]): readonly Share[] {
  return stored.map(([account, amount, captured]) =>
    captured === undefined
      ? { account, amount: BigInt(amount) }
      : { account, amount: BigInt(amount), captured: BigInt(captured) },
  )
}
