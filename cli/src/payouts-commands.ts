import { formatAmount, type Payout } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales, readDecimal, type Scales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { collectPair, given, parseCount, takeFirst } from './options.ts'
import { formatTimeline, withWait } from './payments-commands.ts'
import { formatPairs, formatTable, type Terminal, toJson, write } from './terminal.ts'

type CreateOptions = ConnectionOptions & {
  readonly wait: number
  readonly amount: string
  readonly asset: string
  readonly source: string
  readonly rail: string
  readonly instrument: string
  readonly vendor?: string
  readonly reference?: string
  readonly metadata?: Record<string, string>
}
type ListOptions = ConnectionOptions & {
  readonly state?: Payout['state']
  readonly reference?: string
  readonly vendor?: string
  readonly rail?: string
  readonly source?: string
  readonly limit: number
}

const states: readonly Payout['state'][] = ['processing', 'requires_review', 'succeeded', 'failed', 'canceled']

export function addPayoutCommands(program: Command, terminal: Terminal): void {
  const group = program.command('payouts').description('send money of an account out over a rail')
  addListCommand(group, terminal)
  addCreateCommand(group, terminal)
  withConnection(group.command('show').argument('<id>', 'out_…'))
    .description('show a payout, with --timeline what happened to it')
    .option('--timeline', 'every step and attempt, oldest first')
    .action(async (id: string, options: ConnectionOptions & { readonly timeline?: boolean }) => {
      const munim = connect(options)
      if (options.timeline !== true) {
        return printPayout(terminal, options, createScales(munim), await munim.payouts.get(id))
      }
      const items = await takeFirst(munim.payouts.timeline(id), Number.POSITIVE_INFINITY)
      if (options.json) return write(terminal.stdout, `${toJson(items)}\n`)
      await write(terminal.stdout, formatTimeline(terminal, items))
    })
  withConnection(group.command('cancel').argument('<id>', 'out_…'))
    .description('cancel a payout before it starts')
    .action(async (id: string, options: ConnectionOptions) => {
      const munim = connect(options)
      await printPayout(terminal, options, createScales(munim), await munim.payouts.cancel(id))
    })
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list payouts, newest first')
    .addOption(new Option('--state <state>', 'in that state').choices([...states]))
    .option('--reference <text>', 'with that reference')
    .option('--vendor <code>', 'of that vendor')
    .option('--rail <rail>', 'over that rail')
    .option('--source <account>', 'from that account, as the payout named it')
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listExample)
    .action(async (options: ListOptions) => {
      const munim = connect(options)
      const { state, reference, vendor, rail, source, limit } = options
      const list = munim.payouts.list({
        ...given({ state, reference, vendor, rail, source }),
        limit: Math.min(limit, 100),
      })
      const payouts = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(payouts)}\n`)
      await write(terminal.stdout, await formatPayouts(terminal, createScales(munim), payouts))
    })
}

function addCreateCommand(group: Command, terminal: Terminal): void {
  withWait(group.command('create'))
    .description('take an amount from an account and send it out over a rail')
    .requiredOption('--amount <decimal>', 'how much, as a decimal')
    .requiredOption('--asset <code>', 'of what, such as USD')
    .requiredOption('--source <account>', 'the account it is taken from, by id or code')
    .requiredOption('--rail <rail>', 'the rail it goes out over')
    .requiredOption('--instrument <token>', "the payee's account or address")
    .option('--vendor <code>', 'whose business it is')
    .option('--reference <text>', 'unique in the book')
    .option('--metadata <key=value>', 'keep this with it; may be given several times', collectPair)
    .addHelpText('after', createExample)
    .action(async (options: CreateOptions) => {
      const munim = connect(options)
      const scales = createScales(munim)
      const { asset, source, rail, instrument, vendor, reference } = options
      const payout = await munim.payouts.create(
        {
          amount: readDecimal({ option: '--amount', text: options.amount }, await scales.of(asset)),
          ...{ asset, source, rail, instrument },
          ...given({ vendor, reference }),
          metadata: options.metadata ?? {},
        },
        { wait: options.wait },
      )
      await printPayout(terminal, options, scales, payout)
    })
}

async function printPayout(
  terminal: Terminal,
  options: ConnectionOptions,
  scales: Scales,
  payout: Payout,
): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(payout)}\n`)
  const scale = await scales.of(payout.asset)
  const amount = (minor: bigint) => `${formatAmount(minor, scale)} ${payout.asset}`
  const rows: [string, string][] = [
    ['id', payout.id],
    ['state', payout.state],
    ['reason', payout.reason ?? ''],
    ['amount', amount(payout.amount)],
    ['returned', payout.amount_returned === 0n ? '' : amount(payout.amount_returned)],
    ['source', payout.source],
    ['to', `${payout.instrument} over ${payout.rail}`],
    ['rail reference', payout.rail_reference ?? ''],
    ['vendor', payout.vendor ?? ''],
    ['reference', payout.reference ?? ''],
    ['accepted at', payout.created_at],
    ...Object.entries(payout.metadata).map(([key, value]): [string, string] => [`metadata ${key}`, value]),
  ]
  await write(terminal.stdout, formatPairs(rows.filter(([, value]) => value !== '')))
}

async function formatPayouts(terminal: Terminal, scales: Scales, payouts: readonly Payout[]): Promise<string> {
  const rows: string[][] = []
  for (const payout of payouts) {
    const scale = await scales.of(payout.asset)
    const { id, state, reason, source, rail, instrument, asset, amount_returned, created_at } = payout
    const returned = amount_returned === 0n ? '' : formatAmount(amount_returned, scale)
    const amounts = [formatAmount(payout.amount, scale), returned, asset]
    rows.push([id, state, reason ?? '', source, `${instrument} over ${rail}`, ...amounts, created_at])
  }
  const columns = [
    { title: 'id' },
    { title: 'state' },
    { title: 'reason' },
    { title: 'source' },
    { title: 'to' },
    { title: 'amount', right: true },
    { title: 'returned', right: true },
    { title: 'asset' },
    { title: 'accepted at' },
  ]
  return formatTable(terminal.stdout, columns, rows)
}

const listExample = `
Examples:
  $ munim payouts list --source merchants:7
  $ munim payouts list --state failed --json`

const createExample = `
Examples:
  $ munim payouts create --source merchants:7 --rail bank --instrument DE02120300000000202051 --amount 90.00 --asset EUR`
