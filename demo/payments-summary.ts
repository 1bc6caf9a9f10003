import type { Total } from './compare-with-rails.ts'
import type { SummaryStyle } from './day-summary.ts'
import { vendors } from './market.ts'
import type { PaymentsSummary } from './play-payments.ts'
import type { Times } from './review-day.ts'
import { columns, createPaint, formatCount, formatMoney, type Paint, quantile } from './table.ts'

export function isWell(summary: PaymentsSummary): boolean {
  const { comparison, mishaps, outage, races, stranded } = summary
  return (
    comparison.isEqual &&
    stranded.length === 0 &&
    mishaps.every(({ asPlanned }) => asPlanned) &&
    outage.wentOn === outage.waited &&
    outage.tookAnother === outage.flexible &&
    races.every(({ confirmed, failed, kept }) => confirmed === 1 && failed === 1 && kept === 0n)
  )
}

export function renderPayments(summary: PaymentsSummary, { colors, scaleOf }: SummaryStyle): string {
  const paint = createPaint(colors)
  const heading = (text: string) => ['', paint('bold', text)]
  const money = (minor: bigint, asset: string) => formatMoney(minor, scaleOf(asset))
  return [
    ...heading('Payments: what moved, and how it ended'),
    ...columns(
      ['', 'asset', 'end', 'count', 'amount'],
      summary.ends.map(({ what, asset, state, reason, count, amount }) => [
        what,
        asset,
        reason === null ? state : `${state}: ${reason}`,
        formatCount(count),
        money(amount, asset),
      ]),
      3,
    ),
    ...heading('What went wrong on purpose, and how it ended'),
    ...mishapLines(summary, paint),
    ...troubleLines(summary),
    ...heading('What needed an operator'),
    ...stuckLines(summary, paint),
    ...heading('How long it took, in ms'),
    ...timeLines(summary),
    ...heading("The rails' own records, and the books"),
    ...comparisonLines(summary, paint, money),
    '',
  ].join('\n')
}

function mishapLines({ mishaps, outage, races }: PaymentsSummary, paint: Paint): string[] {
  const width = Math.max(...mishaps.map(({ what }) => what.length))
  const mark = (well: boolean) => (well ? paint('green', 'ok    ') : paint('red', 'failed'))
  const line = (well: boolean, { what, how }: { readonly what: string; readonly how: string }) =>
    `  ${mark(well)} ${what.padEnd(width)}  ${how}`
  const { waited, wentOn, flexible, tookAnother, seconds, caughtUpAfterSeconds } = outage
  return [
    ...mishaps.map(({ asPlanned, what, ended }) => line(asPlanned, { what, how: ended })),
    line(waited === wentOn && flexible === tookAnother, {
      what: `UPI was away for ${seconds.toFixed(1)} s`,
      how: `${tookAnother} of ${flexible} took the card, ${wentOn} of ${waited} waited and were through ${caughtUpAfterSeconds.toFixed(1)} s after its return`,
    }),
    ...races.map(({ item, coordinator, confirmed, failed, steps, kept }) =>
      line(confirmed === 1 && failed === 1 && kept === 0n, {
        what: `two paid for ${item.replace('last-', 'the last ')} (${coordinator})`,
        how: `one got it; the other: ${steps.join(', ')}`,
      }),
    ),
  ]
}

function troubleLines({ troubles, refusals }: PaymentsSummary): string[] {
  const { attempts, declined, inDoubt, inquiries } = troubles
  const refused = [...refusals].map(([code, count]) => `${code} ${count}`).join(', ')
  return [
    '',
    `  Of ${formatCount(attempts)} requests to rails ${declined} were declined and ${inDoubt} had no clear answer;`,
    `  those were asked for ${inquiries} times, until it was known.`,
    ...(refused === '' ? [] : [`  Requests that came too late and were refused: ${refused}.`]),
  ]
}

function timeLines({ starts, times }: PaymentsSummary): string[] {
  const ms = (sorted: Times, share: number) => formatCount(Math.round(quantile(sorted, share)))
  const row = (what: string, sorted: Times) => [what, formatCount(sorted.length), ms(sorted, 0.5), ms(sorted, 0.99)]
  return columns(
    ['', 'payments', 'half within', '99% within'],
    [
      ...[...starts].map(([code, sorted]) => {
        const vendor = vendors.find((one) => one.code === code)
        return row(`to begin: ${vendor?.name ?? code}, lane ${vendor?.lane ?? 'standard'}`, sorted)
      }),
      ...[...times].map(([from, sorted]) => row(`to end well: money from ${from}`, sorted)),
    ],
  )
}

function stuckLines({ decided, left, stranded }: PaymentsSummary, paint: Paint): string[] {
  return [
    ...decided.map(
      ({ reason, decision, state }) =>
        `  ${paint(state === 'resolved' ? 'green' : 'yellow', state.padEnd(8))} ${reason.padEnd(20)} ${decision}`,
    ),
    ...left.map(
      ({ id, reason, age_seconds, owner }) =>
        `  ${paint('yellow', 'open    ')} ${reason.padEnd(20)} ${id}, for ${age_seconds} s, ${owner ?? 'nobody'}'s`,
    ),
    ...stranded.map((what) => `  ${paint('red', 'stranded')} ${what}, and in nobody's hands`),
  ]
}

function comparisonLines(
  { comparison }: PaymentsSummary,
  paint: Paint,
  money: (minor: bigint, asset: string) => string,
): string[] {
  const total = ({ count, amount }: Total, asset: string) => [formatCount(count), money(amount, asset)]
  const operations = comparison.operations.map(({ rail, operation, asset, railSays, booksSay }) => [
    rail,
    operation,
    asset,
    ...total(railSays, asset),
    ...total(booksSay, asset),
    difference(booksSay.amount - railSays.amount, booksSay.count - railSays.count, money, asset),
  ])
  const rails = comparison.rails.map(({ rail, asset, railSays, booksSay }) => [
    rail,
    'in less out',
    asset,
    '',
    money(railSays, asset),
    '',
    money(booksSay, asset),
    difference(booksSay - railSays, 0, money, asset),
  ])
  const head = ['rail', 'operation', 'asset', 'rail says', 'amount', 'books say', 'amount', 'difference']
  const verdict = comparison.isEqual
    ? paint('green', 'The books are equal to the records of the rails.')
    : paint('red', 'The books are not equal to the records of the rails.')
  return [...columns(head, [...operations, ...rails], 3), '', `  ${verdict}`]
}

function difference(
  amount: bigint,
  count: number,
  money: (minor: bigint, asset: string) => string,
  asset: string,
): string {
  if (amount === 0n && count === 0) return '0'
  const operations = count === 0 ? '' : ` in ${count > 0 ? '+' : ''}${count}`
  return `${money(amount, asset)}${operations}`
}
