import { formatTimestamp, isoAsset } from '#kernel'
import { formatDuration, parseDuration } from '../durations.ts'
import type { Literal, Tree } from '../tree.ts'
import { readAmount, readTime, valueBounds } from '../values.ts'
import { Stop, type Token } from './lex.ts'

export function textLiteral({ text, offset }: Token): Literal {
  const { textLengthMax } = valueBounds
  if (text.length <= textLengthMax) return { kind: 'text', value: text }
  const message = `The text is longer than ${textLengthMax} letters`
  throw new Stop(offset, { code: 'too_long', message, advice: 'Put the texts into a list' })
}

export function numberLiteral({ kind, text, offset }: Token): Literal {
  const value = Number(text)
  if (kind === 'number' && Number.isFinite(value)) return { kind: 'number', value }
  if (kind === 'whole' && Number.isSafeInteger(value)) return { kind: 'whole', value }
  throw new Stop(offset, {
    code: 'wrong_literal',
    message: 'The number is too large to be exact',
    advice: 'Write at most 15 digits, and amounts as money("50000.00 INR")',
  })
}

/** `money("50.00 INR")`, `minor("5 XAU-MG")`, `timestamp("…")`, `duration("24h")`. */
export function readMaker({ text: maker, offset }: Token, args: readonly Tree[]): Literal {
  const [first] = args
  if (args.length === 1 && first?.kind === 'text') {
    const literal = literalOf({ maker, text: first.value })
    if (literal !== undefined) return literal
  }
  throw new Stop(offset, {
    code: 'wrong_literal',
    message: `${maker} does not take this`,
    advice: `Write ${samples[maker] ?? maker}`,
  })
}

const samples: Readonly<Record<string, string>> = {
  money: 'money("50000.00 INR"), with no more decimals than the currency has; other assets are minor("500 XAU-MG")',
  minor: 'minor("500 XAU-MG"), a whole number of minor units and an asset',
  timestamp: 'timestamp("2026-01-31T09:30:00Z")',
  duration: 'duration("1d12h"), of d, h, m, s and ms',
}

function literalOf({ maker, text }: { readonly maker: string; readonly text: string }): Literal | undefined {
  if (maker === 'money') return moneyLiteral(text)
  if (maker === 'minor') {
    const [minor, asset, ...others] = text.split(' ')
    const amount = others.length > 0 ? undefined : readAmount({ minor, asset })
    return amount && { kind: 'amount', minor: amount.minor.toString(), asset: amount.asset }
  }
  if (maker === 'timestamp') {
    const time = readTime(text)
    return time === undefined ? undefined : { kind: 'time', value: formatTimestamp(time) }
  }
  const micros = parseDuration(text)
  return micros === undefined ? undefined : { kind: 'duration', value: formatDuration(micros) }
}

function moneyLiteral(text: string): Literal | undefined {
  const [, sign, whole = '', decimals = '', asset = ''] = /^(-)?(\d{1,24})(?:\.(\d{1,4}))? ([A-Z]{3})$/.exec(text) ?? []
  const scale = isoAsset(asset)?.scale
  if (scale === undefined || decimals.length > scale) return undefined
  const minor = BigInt(`${whole}${decimals.padEnd(scale, '0')}`)
  return { kind: 'amount', minor: (sign === undefined ? minor : -minor).toString(), asset }
}

/** As {@link readMaker} reads it. */
export function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'text':
      return JSON.stringify(literal.value)
    case 'whole':
    case 'boolean':
      return String(literal.value)
    case 'number': {
      const text = String(literal.value)
      return /[.e]/.test(text) ? text : `${text}.0`
    }
    case 'amount':
      return printAmount(literal)
    case 'time':
      return `timestamp(${JSON.stringify(literal.value)})`
    case 'duration':
      return `duration(${JSON.stringify(literal.value)})`
  }
}

function printAmount({ minor, asset }: { readonly minor: string; readonly asset: string }): string {
  const scale = isoAsset(asset)?.scale
  const digits = minor.replace('-', '').padStart((scale ?? 0) + 1, '0')
  if (scale === undefined || digits.length - scale > 24) return `minor("${minor} ${asset}")`
  const whole = digits.slice(0, digits.length - scale)
  const sign = minor.startsWith('-') ? '-' : ''
  return `money("${sign}${whole}${scale === 0 ? '' : `.${digits.slice(whole.length)}`} ${asset}")`
}
