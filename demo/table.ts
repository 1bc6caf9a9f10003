import { formatTable } from '@munim/cli'
import { formatAmount } from '@munim/sdk'

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

export type Paint = (color: keyof typeof codes, text: string) => string

export function createPaint(colors: boolean): Paint {
  return (color, text) => (colors ? `\u001b[${codes[color]}m${text}\u001b[0m` : text)
}

/** Lines of a table whose first `left` columns are aligned to the left. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string[] {
  const titles = head.map((title, at) => ({ title, right: at >= left }))
  return formatTable({ isTTY: false }, titles, rows, { indent: '  ', gap: '   ' }).trimEnd().split('\n')
}

/** 1234567n with scale 2 gives `12,345.67`. */
export function formatMoney(minor: bigint, scale: number): string {
  const [whole = '', decimals] = formatAmount(minor, scale).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

export function formatCount(count: number): string {
  return formatMoney(BigInt(count), 0)
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
