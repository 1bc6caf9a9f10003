/** An amount in minor units, as in requests. A number must be a safe integer. */
export type AmountInput = bigint | number | string

/** The largest amount in the books: the largest signed 64-bit integer. */
export const amountMax = 9_223_372_036_854_775_807n

export type ParsedAmount =
  | { readonly ok: true; readonly minor: bigint }
  | { readonly ok: false; readonly message: string }

/**
 * Parses a decimal such as `1234.50` exactly, as minor units of an asset with `scale` decimals. Zeros beyond the scale
 * are allowed. Characters other than digits, one sign and one point are errors.
 */
export function parseAmount(text: string, scale: number): ParsedAmount {
  const shown = `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (!match) return { ok: false, message: `${shown} is not a decimal number` }
  const [, sign, whole = '0', decimals = ''] = match
  const significant = decimals.replace(/0+$/, '')
  if (significant.length > scale) return { ok: false, message: `${shown} has more than ${scale} decimals` }
  const digits = (whole + significant.padEnd(scale, '0')).replace(/^0+(?=\d)/, '')
  if (digits.length > 19 || BigInt(digits) > amountMax) {
    return { ok: false, message: `${shown} is larger than the books can hold` }
  }
  return { ok: true, minor: sign === '-' ? -BigInt(digits) : BigInt(digits) }
}

/** Formats minor units with exactly `scale` decimals: (123450n, 2) gives `1234.50`. */
export function formatAmount(minor: bigint, scale: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`
  return minor < 0n ? `-${text}` : text
}
