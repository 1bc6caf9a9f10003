import { isoAsset } from './asset.ts'

export const minorMax = 9_223_372_036_854_775_807n

/** Formats minor units with exactly `scale` decimals: (123450n, 2) gives `1234.50`. */
export function formatDecimal(minor: bigint, scale: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const text = scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`
  return minor < 0n ? `-${text}` : text
}

/**
 * Splits `minor`, which must not be negative, by the largest-remainder method (Hamilton). Earlier weights win ties. The
 * parts always add up to `minor`. Throws RangeError if a weight is negative or all are zero.
 */
export function splitMoney(minor: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('weights must be non-negative and not all zero')
  }
  const parts = weights.map((weight) => (minor * weight) / total)
  const remainders = weights.map((weight, index) => ({ index, remainder: (minor * weight) % total }))
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  let left = minor - parts.reduce((sum, part) => sum + part, 0n)
  for (const { index } of remainders) {
    if (left === 0n) break
    parts[index] = (parts[index] ?? 0n) + 1n
    left -= 1n
  }
  return parts
}

/** An amount for people. Assets that are not ISO currencies are given in minor units. */
export function amountText(minor: bigint, asset: string): string {
  const currency = isoAsset(asset)
  return currency === undefined
    ? `${minor} minor units of ${asset}`
    : `${formatDecimal(minor, currency.scale)} ${asset}`
}
