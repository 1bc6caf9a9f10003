import { type ParsedAmount, parseAmount } from '@munim/sdk'
import { CliFailure } from './failure.ts'

export type AmountFormat = {
  readonly decimalMark: string
  readonly thousandsMark?: string | undefined
}

const shownCharsMax = 40

/** Equivalent marks: the no-break spaces and the space, and the two apostrophes. */
const alike: Readonly<Record<string, string>> = { ' ': ' \u00A0\u202F', "'": "'\u2019" }

export type AmountReader = (text: string, scale: number) => ParsedAmount

/**
 * With the marks `.` and `,`, `-1.234,50` is -123450 at a scale of 2. Groups have three digits, or there are none.
 * Exponents, and decimals beyond the scale, are refused.
 */
export function createAmountReader({ decimalMark, thousandsMark }: AmountFormat): AmountReader {
  if (decimalMark === thousandsMark) throw new CliFailure('--decimal-mark and --thousands-mark must differ')
  const either = (mark: string) => `[${(alike[mark] ?? mark).replaceAll(/[\\\]^-]/g, '\\$&')}]`
  const groups = thousandsMark === undefined ? '' : `\\d{1,3}(?:${either(thousandsMark)}\\d{3})+|`
  const pattern = new RegExp(`^([+-]?)(${groups}\\d+)(?:${either(decimalMark)}(\\d+))?$`)
  const marks = thousandsMark === undefined ? `"${decimalMark}"` : `"${thousandsMark}" and "${decimalMark}"`
  return (text, scale) => {
    const match = pattern.exec(text.trim())
    if (!match) {
      const shown = text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : text
      return { ok: false, message: `"${shown}" is not a decimal number with ${marks}` }
    }
    const [, sign, whole = '', decimals = '0'] = match
    return parseAmount(`${sign}${whole.replaceAll(/\D/g, '')}.${decimals}`, scale)
  }
}

export function isAmountMark(text: string): boolean {
  return text.length === 1 && !/[\dA-Za-z+\-"\r\n]/.test(text)
}
