import { formatAmount, type VerificationCheck } from '@munim/sdk'

/** What came of the day, gathered from the server's answers. */
export type DaySummary = {
  readonly accounts: number
  /** By asset: transfers booked and what they moved, in minor units. */
  readonly moved: readonly { readonly asset: string; readonly transfers: number; readonly amount: bigint }[]
  readonly refusals: readonly { readonly code: string; readonly count: number; readonly example: string }[]
  readonly throughput: readonly Pace[]
  /** What else happened, in a sentence each. */
  readonly stories: readonly { readonly title: string; readonly text: string }[]
  readonly books: readonly { readonly asset: string; readonly debit: bigint; readonly credit: bigint }[]
  readonly verification: {
    readonly ok: boolean
    readonly seconds: number
    readonly checks: readonly VerificationCheck[]
  }
}

/** How fast transfers went; latencies where requests were sent one by one. */
export type Pace = {
  readonly name: string
  readonly transfers: number
  readonly seconds: number
  readonly latenciesMs?: readonly number[]
}

export type SummaryStyle = { readonly colours: boolean; readonly scaleOf: (asset: string) => number }

const barWidth = 16
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const
type Paint = (colour: keyof typeof codes, text: string) => string

/** Renders the summary for a terminal; without `colours`, as plain text. */
export function renderSummary(summary: DaySummary, style: SummaryStyle): string {
  const paint: Paint = (colour, text) => (style.colours ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text)
  const heading = (text: string) => ['', paint('bold', text)]
  const money = (minor: bigint, asset: string) => formatMoney(minor, style.scaleOf(asset))
  return [
    ...heading(`What moved among ${formatCount(summary.accounts)} accounts`),
    ...columns(
      ['asset', 'transfers', 'amount'],
      summary.moved.map((row) => [row.asset, formatCount(row.transfers), money(row.amount, row.asset)]),
    ),
    ...heading('What was refused, and why'),
    ...refusalLines(summary, paint),
    ...heading('What else happened'),
    ...summary.stories.map((story) => `  ${paint('cyan', story.title.padEnd(20))}${story.text}`),
    ...heading('How fast'),
    ...summary.throughput.map((pace) => `  ${pace.name.padEnd(34)}${formatPace(pace)}`),
    `  ${paint('dim', 'A server just started, its client on the same processor; `npm run bench` measures properly.')}`,
    ...heading('Do the books balance?'),
    ...bookLines(summary, paint, money),
    '',
  ].join('\n')
}

function refusalLines(summary: DaySummary, paint: Paint): string[] {
  const most = Math.max(1, ...summary.refusals.map((refusal) => refusal.count))
  const width = Math.max(...summary.refusals.map((refusal) => refusal.code.length))
  return summary.refusals.map(({ code, count, example }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((count / most) * barWidth))).padEnd(barWidth)
    return `  ${code.padEnd(width)}  ${paint('yellow', bar)} ${formatCount(count).padStart(5)}  ${paint('dim', example)}`
  })
}

function bookLines(summary: DaySummary, paint: Paint, money: (minor: bigint, asset: string) => string): string[] {
  const verdict = (ok: boolean, good: string, bad: string) => (ok ? paint('green', good) : paint('red', bad))
  const rows = columns(
    ['asset', 'debit', 'credit', ''],
    summary.books.map(({ asset, debit, credit }) => [
      asset,
      money(debit, asset),
      money(credit, asset),
      debit === credit ? 'sums to zero' : `off by ${money(credit - debit, asset)}`,
    ]),
  )
  const { ok, checks, seconds } = summary.verification
  const checked = checks.map(
    (check) =>
      `    ${verdict(check.ok, 'ok    ', 'failed')} ${check.name.padEnd(24)} ${formatCount(check.checked)} checked`,
  )
  const balanced = ok && summary.books.every((book) => book.debit === book.credit)
  return [
    ...rows,
    '',
    `  verify: ${verdict(ok, 'everything holds', 'something is off')}, in ${seconds.toFixed(1)} s`,
    ...checked,
    ...checks.flatMap((check) => check.findings.slice(0, 5).map((finding) => `      ${finding}`)),
    `  ${verdict(balanced, 'The books balance.', 'The books do not balance.')}`,
  ]
}

/** A table, its first column to the left, the others to the right. */
function columns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
  return all.map((row) => `  ${line(row)}`.trimEnd())
}

/** 1234567n with scale 2 gives `12,345.67`. */
function formatMoney(minor: bigint, scale: number): string {
  const [whole = '', decimals] = formatAmount(minor, scale).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

function formatCount(count: number): string {
  return formatMoney(BigInt(count), 0)
}

function formatPace({ transfers, seconds, latenciesMs }: Pace): string {
  const perSecond = `${formatCount(Math.round(transfers / seconds)).padStart(7)} transfers/s`
  if (latenciesMs === undefined) return perSecond
  const sorted = [...latenciesMs].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  return `${perSecond}   half within ${at(0.5)} ms, 99% within ${at(0.99)} ms`
}
