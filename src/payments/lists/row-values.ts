import type { Timestamp } from '#kernel'
import type { Metadata, Share } from '../payment.ts'

export const noMetadata: Metadata = {}

export function readOptionalTime(value: bigint | null): Timestamp | undefined {
  return value === null ? undefined : Number(value)
}

export type StoredShare = readonly [account: string, amount: string, captured?: string]

export function readShares(stored: readonly StoredShare[]): readonly Share[] {
  return stored.map(([account, amount, captured]) =>
    captured === undefined
      ? { account, amount: BigInt(amount) }
      : { account, amount: BigInt(amount), captured: BigInt(captured) },
  )
}
