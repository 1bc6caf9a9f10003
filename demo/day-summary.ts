import type { VerificationCheck } from '@munim/sdk'
import { columns, createPaint, formatCount, formatMoney, type Paint, quantile } from './table.ts'

export type DaySummary = {
  readonly accounts: number
  readonly moved: readonly { readonly asset: string; readonly transfers: number; readonly amount: bigint }[]
  readonly refusals: readonly { readonly code: string; readonly count: number; readonly example: string }[]
  readonly throughput: readonly Pace[]
  readonly stories: readonly { readonly title: string; readonly text: string }[]
}

export type BooksVerdict = {
  readonly books: readonly { readonly asset: string; readonly debit: bigint; readonly credit: bigint }[]
  readonly verification: {
    readonly ok: boolean
    readonly seconds: number
    readonly checks: readonly VerificationCheck[]
  }
}

export type Pace = {
  readonly name: string
  readonly transfers: number
  readonly seconds: number
  readonly latenciesMs?: readonly number[]
}

export type SummaryStyle = { readonly colors: boolean; readonly scaleOf: (asset: string) => number }

const lineWidth = 110

export function renderSummary(summary: DaySummary, { colors, scaleOf }: SummaryStyle): string {
  const paint = createPaint(colors)
  const heading = (text: string) => ['', paint('bold', text)]
  return [
    ...heading(`Transfers: what moved among ${formatCount(summary.accounts)} accounts`),
    ...columns(
      ['asset', 'transfers', 'amount'],
      summary.moved.map((row) => [row.asset, formatCount(row.transfers), formatMoney(row.amount, scaleOf(row.asset))]),
    ),
    '',
    ...refusalLines(summary, paint),
    '',
    ...summary.stories.map((story) => `  ${paint('cyan', story.title.padEnd(20))}${story.text}`),
    '',
    ...summary.throughput.map((pace) => `  ${pace.name.padEnd(34)}${formatPace(pace)}`),
  ].join('\n')
}

function refusalLines({ refusals }: DaySummary, paint: Paint): string[] {
  const [most, ...rest] = refusals
  if (most === undefined) return ['  Nothing was refused.']
  const first = `  ${paint('yellow', most.code)} ${formatCount(most.count)} times: ${most.example}`
  const named = rest.map(({ code, count }) => (count === 1 ? code : `${code} ${formatCount(count)} times`))
  const lines = wrap(`and refused as they must be: ${named.join(', ')}`)
  return [first, ...(rest.length === 0 ? [] : lines.map((line) => `  ${paint('dim', line)}`))]
}

function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= lineWidth) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

export function isBalanced({ books, verification }: BooksVerdict): boolean {
  return verification.ok && books.every((book) => book.debit === book.credit)
}

export function renderVerdict(verdict: BooksVerdict, { colors, scaleOf }: SummaryStyle): string {
  const paint = createPaint(colors)
  const tell = (ok: boolean, { good, bad }: { readonly good: string; readonly bad: string }) =>
    ok ? paint('green', good) : paint('red', bad)
  const rows = columns(
    ['asset', 'debit', 'credit', ''],
    verdict.books.map(({ asset, debit, credit }) => {
      const money = (minor: bigint) => formatMoney(minor, scaleOf(asset))
      const sum = debit === credit ? 'sums to zero' : `off by ${money(credit - debit)}`
      return [asset, money(debit), money(credit), sum]
    }),
  )
  const { ok, checks, seconds } = verdict.verification
  const checked = checks.map(
    (check) =>
      `    ${tell(check.ok, { good: 'ok    ', bad: 'failed' })} ${check.name.padEnd(24)} ${formatCount(check.checked)} checked`,
  )
  return [
    '',
    paint('bold', 'Do the books balance?'),
    ...rows,
    '',
    `  verify: ${tell(ok, { good: 'everything holds', bad: 'something is off' })}, in ${seconds.toFixed(1)} s`,
    ...checked,
    ...checks.flatMap((check) => check.findings.slice(0, 5).map((finding) => `      ${finding}`)),
    `  ${tell(isBalanced(verdict), { good: 'The books balance.', bad: 'The books do not balance.' })}`,
    '',
  ].join('\n')
}

function formatPace({ transfers, seconds, latenciesMs }: Pace): string {
  const perSecond = `${formatCount(Math.round(transfers / seconds)).padStart(7)} transfers/s`
  if (latenciesMs === undefined) return perSecond
  const sorted = [...latenciesMs].sort((a, b) => a - b)
  return `${perSecond}   half within ${quantile(sorted, 0.5).toFixed(1)} ms, 99% within ${quantile(sorted, 0.99).toFixed(1)} ms`
}
