import { formatAmount, type Munim, type Payment, type PaymentState, type TimelineItem } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales, readDecimal, type Scales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure } from './failure.ts'
import { collectPair, given, parseCount, takeFirst } from './options.ts'
import { formatPairs, formatTable, type Terminal, toJson, write } from './terminal.ts'

type WaitOptions = ConnectionOptions & { readonly wait: number }
type CreateOptions = WaitOptions & {
  readonly amount: string
  readonly asset: string
  readonly source?: string
  readonly rail?: string
  readonly instrument?: string
  readonly otherRail?: string[]
  readonly destination: string[]
  readonly fee?: string
  readonly manual?: boolean
  readonly vendor?: string
  readonly reference?: string
  readonly expiresAt?: string
  readonly metadata?: Record<string, string>
}
type ListOptions = ConnectionOptions & {
  readonly state?: PaymentState
  readonly reference?: string
  readonly vendor?: string
  readonly rail?: string
  readonly from?: string
  readonly to?: string
  readonly metadata?: Record<string, string>
  readonly limit: number
}

const states: readonly PaymentState[] = [
  'processing',
  'requires_review',
  'authorized',
  'succeeded',
  'failed',
  'canceled',
]

export function addPaymentCommands(program: Command, terminal: Terminal): void {
  const group = program.command('payments').description('take payments in; capture, cancel and refund them')
  addListCommand(group, terminal)
  addShowCommand(group, terminal)
  addCreateCommand(group, terminal)
  addCaptureCommand(group, terminal)
  withWait(group.command('cancel').argument('<id>', 'pay_…'))
    .description('cancel a payment, and release its hold')
    .action(async (id: string, options: WaitOptions) => {
      const munim = connect(options)
      const payment = await munim.payments.cancel(id, { wait: options.wait })
      await printPayment(terminal, options, createScales(munim), payment)
    })
  addRefundCommand(group, terminal)
}

export function withWait(command: Command): Command {
  return withConnection(command).option('--wait <seconds>', 'how long to wait for the end, up to 20', parseSeconds, 10)
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d{1,2}$/.test(text) || seconds > 20) throw new CliFailure(`--wait: "${text}" is not a number from 0 to 20`)
  return seconds
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list payments, newest first')
    .addOption(new Option('--state <state>', 'in that state').choices([...states]))
    .option('--reference <text>', 'with that reference')
    .option('--vendor <code>', 'of that vendor')
    .option('--rail <rail>', 'that this rail carries')
    .option('--from <time>', 'accepted at that time or later')
    .option('--to <time>', 'accepted before that time')
    .option('--metadata <key=value>', 'with this pair; may be given several times', collectPair)
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listExample)
    .action(async (options: ListOptions) => {
      const munim = connect(options)
      const { state, reference, vendor, rail, from, to, limit } = options
      const list = munim.payments.list({
        ...given({ state, reference, vendor, rail, created_from: from, created_to: to }),
        metadata: options.metadata ?? {},
        limit: Math.min(limit, 100),
      })
      const payments = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(payments)}\n`)
      await write(terminal.stdout, await formatPayments(terminal, createScales(munim), payments))
    })
}

function addShowCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('show').argument('<id>', 'pay_…'))
    .description('show a payment, with --timeline what happened to it')
    .option('--timeline', 'every step and attempt, oldest first')
    .addHelpText('after', showExample)
    .action(async (id: string, options: ConnectionOptions & { readonly timeline?: boolean }) => {
      const munim = connect(options)
      const scales = createScales(munim)
      if (options.timeline !== true) return printPayment(terminal, options, scales, await munim.payments.get(id))
      const items = await takeFirst(munim.payments.timeline(id), Number.POSITIVE_INFINITY)
      if (options.json) return write(terminal.stdout, `${toJson(items)}\n`)
      await write(terminal.stdout, formatTimeline(terminal, items))
    })
}

function addCreateCommand(group: Command, terminal: Terminal): void {
  withWait(group.command('create'))
    .description('take a payment from an account, or from outside over a rail')
    .requiredOption('--amount <decimal>', 'how much, as a decimal')
    .requiredOption('--asset <code>', 'of what, such as USD')
    .option('--source <account>', 'the account that pays, by id or code')
    .option('--rail <rail>', 'the rail it comes in over')
    .option('--instrument <token>', "with --rail: the payer's card token or address")
    .option('--other-rail <rail>', 'a rail to use instead if that one fails; may be given several times', collect)
    .requiredOption(
      '--destination <account[=decimal]>',
      'the account that is paid; several, each with its share',
      collect,
    )
    .option('--fee <account=decimal>', "the platform's part")
    .option('--manual', 'hold the amount; capture it later')
    .option('--vendor <code>', 'whose business it is')
    .option('--reference <text>', 'unique in the book')
    .option('--expires-at <time>', 'with --manual: when the hold lapses')
    .option('--metadata <key=value>', 'keep this with it; may be given several times', collectPair)
    .addHelpText('after', createExample)
    .action(async (options: CreateOptions) => {
      const munim = connect(options)
      const scales = createScales(munim)
      const scale = await scales.of(options.asset)
      const { asset, vendor, reference, expiresAt } = options
      const payment = await munim.payments.create(
        {
          amount: readDecimal({ option: '--amount', text: options.amount }, scale),
          asset,
          source: readSource(options),
          ...readDestinations(options.destination, scale),
          ...(options.fee === undefined ? {} : { fee: readShare({ option: '--fee', text: options.fee }, scale) }),
          ...(options.manual === undefined ? {} : { capture: 'manual' as const }),
          ...given({ vendor, reference, expires_at: expiresAt }),
          metadata: options.metadata ?? {},
        },
        { wait: options.wait },
      )
      await printPayment(terminal, options, scales, payment)
    })
}

function readSource({ source, rail, instrument, otherRail }: CreateOptions) {
  if (source !== undefined && rail === undefined) return { wallet: source }
  if (source !== undefined || rail === undefined || instrument === undefined) {
    throw new CliFailure('give --source, or --rail and --instrument')
  }
  return { rail, instrument, ...given({ other_rails: otherRail }) }
}

function readDestinations(destinations: readonly string[], scale: number) {
  const [only, ...more] = destinations
  if (more.length === 0 && only !== undefined && !only.includes('=')) return { destination: only }
  return { destinations: destinations.map((text) => readShare({ option: '--destination', text }, scale)) }
}

function readShare({ option, text }: { readonly option: string; readonly text: string }, scale: number) {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new CliFailure(`${option}: "${text}" is not of the form account=decimal`)
  return { account: text.slice(0, at), amount: readDecimal({ option, text: text.slice(at + 1) }, scale) }
}

function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text]
}

function addCaptureCommand(group: Command, terminal: Terminal): void {
  withWait(group.command('capture').argument('<id>', 'pay_…'))
    .description('capture an authorized payment, whole or in part')
    .option('--amount <decimal>', 'the part to capture')
    .option('--keep-rest', 'keep holding the rest for another capture')
    .addHelpText('after', captureExample)
    .action(async (id: string, options: PartOptions & { readonly keepRest?: boolean }) => {
      const munim = connect(options)
      const scales = createScales(munim)
      const capture = await munim.payments.capture(
        id,
        { ...(await readPart(munim, scales, id, options)), ...(options.keepRest === true ? { final: false } : {}) },
        { wait: options.wait },
      )
      if (options.json) return write(terminal.stdout, `${toJson(capture)}\n`)
      const amount = `${formatAmount(capture.amount, await scales.of(capture.asset))} ${capture.asset}`
      const { id: name, state, reason, payment } = capture
      await write(terminal.stdout, formatFilled({ id: name, payment, state, reason, amount }))
    })
}

function addRefundCommand(group: Command, terminal: Terminal): void {
  withWait(group.command('refund').argument('<id>', 'pay_…'))
    .description('refund what a payment captured, whole or in part')
    .option('--amount <decimal>', 'the part to refund')
    .option('--to <account>', 'the account that receives it, instead of the source of the payment')
    .addHelpText('after', refundExample)
    .action(async (id: string, options: PartOptions & { readonly to?: string }) => {
      const munim = connect(options)
      const scales = createScales(munim)
      const part = await readPart(munim, scales, id, options)
      const to = options.to === undefined ? {} : { to: { wallet: options.to } }
      const refund = await munim.refunds.create({ payment: id, ...part, ...to }, { wait: options.wait })
      if (options.json) return write(terminal.stdout, `${toJson(refund)}\n`)
      const scale = await scales.of(refund.asset)
      const written = (minor: bigint) => `${formatAmount(minor, scale)} ${refund.asset}`
      const { id: name, state, reason, payment, amount_returned } = refund
      const amounts = {
        amount: written(refund.amount),
        returned: amount_returned === 0n ? undefined : written(amount_returned),
      }
      const fields = { id: name, payment, state, reason, ...amounts, to: refund.to?.wallet }
      await write(terminal.stdout, formatFilled(fields))
    })
}

type PartOptions = WaitOptions & { readonly amount?: string }

async function readPart(munim: Munim, scales: Scales, id: string, { amount }: PartOptions) {
  if (amount === undefined) return {}
  const { asset } = await munim.payments.get(id)
  return { amount: readDecimal({ option: '--amount', text: amount }, await scales.of(asset)) }
}

async function printPayment(
  terminal: Terminal,
  options: ConnectionOptions,
  scales: Scales,
  payment: Payment,
): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(payment)}\n`)
  const scale = await scales.of(payment.asset)
  const amount = (minor: bigint) => `${formatAmount(minor, scale)} ${payment.asset}`
  const some = (minor: bigint) => (minor === 0n ? '' : amount(minor))
  const { fee } = payment
  const rows: [string, string][] = [
    ['id', payment.id],
    ['state', payment.state],
    ['reason', payment.reason ?? ''],
    ['amount', amount(payment.amount)],
    ['source', sourceText(payment)],
    ...payment.destinations.map((share): [string, string] => [
      'destination',
      `${share.account} ${amount(share.amount)}`,
    ]),
    ['fee', fee === null ? '' : `${fee.account} ${amount(fee.amount)}`],
    ['held', some(payment.amount_capturable)],
    ['captured', some(payment.amount_captured)],
    ['refunded', some(payment.amount_refunded)],
    ['rail reference', payment.rail_reference ?? ''],
    ['vendor', payment.vendor ?? ''],
    ['reference', payment.reference ?? ''],
    ['accepted at', payment.created_at],
    ['expires at', payment.expires_at ?? ''],
    ...Object.entries(payment.metadata).map(([key, value]): [string, string] => [`metadata ${key}`, value]),
  ]
  await write(terminal.stdout, formatPairs(rows.filter(([, value]) => value !== '')))
}

function sourceText({ source, rail }: Payment): string {
  return 'wallet' in source ? source.wallet : `${source.instrument} over ${rail ?? source.rail}`
}

function formatFilled(fields: Readonly<Record<string, string | null | undefined>>): string {
  return formatPairs(Object.entries(fields).filter((pair): pair is [string, string] => Boolean(pair[1])))
}

async function formatPayments(terminal: Terminal, scales: Scales, payments: readonly Payment[]): Promise<string> {
  const rows: string[][] = []
  for (const payment of payments) {
    const scale = await scales.of(payment.asset)
    const { id, state, reason, asset, amount_refunded, created_at } = payment
    const to = payment.destinations.map((share) => share.account).join(', ')
    const refunded = amount_refunded === 0n ? '' : formatAmount(amount_refunded, scale)
    const amounts = [formatAmount(payment.amount, scale), refunded, asset]
    rows.push([id, state, reason ?? '', sourceText(payment), to, ...amounts, created_at])
  }
  const columns = [
    { title: 'id' },
    { title: 'state' },
    { title: 'reason' },
    { title: 'source' },
    { title: 'destination' },
    { title: 'amount', right: true },
    { title: 'refunded', right: true },
    { title: 'asset' },
    { title: 'accepted at' },
  ]
  return formatTable(terminal.stdout, columns, rows)
}

export function formatTimeline(terminal: Terminal, items: readonly TimelineItem[]): string {
  const rows = items.map(({ at, subject, text, state, transfers }) => [
    at,
    subject,
    [text, ...transfers.map((transfer) => `[${transfer.id} ${transfer.state}]`)].join(' '),
    state ?? '',
  ])
  const columns = [{ title: 'at' }, { title: 'of' }, { title: 'what' }, { title: 'state' }]
  return formatTable(terminal.stdout, columns, rows)
}

const listExample = `
Examples:
  $ munim payments list --state requires_review
  $ munim payments list --metadata order=1042 --json`

const showExample = `
Examples:
  $ munim payments show pay_01k0a2m4qcm3hv6a8r1s4t7w0z
  $ munim payments show pay_01k0a2m4qcm3hv6a8r1s4t7w0z --timeline`

const createExample = `
Examples:
  $ munim payments create --source customers:42:wallet --destination merchants:7 --amount 12.50 --asset USD
  $ munim payments create --rail card --instrument card_visa_ok --other-rail upi --amount 100.00 --asset USD \\
      --destination merchants:7=60.00 --destination merchants:8=35.00 --fee platform:fees=5.00 --manual`

const captureExample = `
Examples:
  $ munim payments capture pay_01k0a2m4qcm3hv6a8r1s4t7w0z
  $ munim payments capture pay_01k0a2m4qcm3hv6a8r1s4t7w0z --amount 40.00 --keep-rest`

const refundExample = `
Examples:
  $ munim payments refund pay_01k0a2m4qcm3hv6a8r1s4t7w0z
  $ munim payments refund pay_01k0a2m4qcm3hv6a8r1s4t7w0z --amount 5.00 --to customers:42:wallet`
