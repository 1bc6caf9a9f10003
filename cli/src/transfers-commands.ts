import { formatAmount, type Transfer } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales, readDecimal, type Scales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { collectPair, given, parseCount, takeFirst } from './options.ts'
import { formatPairs, formatTable, type Terminal, toJson, write } from './terminal.ts'

type MetadataOptions = { readonly metadata?: Record<string, string> }
type CreateOptions = ConnectionOptions &
  MetadataOptions & {
    readonly asset: string
    readonly source: string
    readonly destination: string
    readonly amount: string
    readonly id?: string
    readonly reference?: string
    readonly pending?: boolean
    readonly expiresAt?: string
    readonly effectiveAt?: string
    readonly dryRun?: boolean
  }
type ListOptions = ConnectionOptions &
  MetadataOptions & {
    readonly account?: string
    readonly source?: string
    readonly destination?: string
    readonly reference?: string
    readonly state?: Transfer['state']
    readonly limit: number
  }

export function addTransferCommands(program: Command, terminal: Terminal): void {
  const group = program.command('transfers').description('list and make transfers; post or void pending ones')
  addListCommand(group, terminal)
  addCreateCommand(group, terminal)
  withConnection(group.command('show').argument('<id>', 'trf_…'))
    .description('show a transfer')
    .action(async (id: string, options: ConnectionOptions) => {
      const munim = connect(options)
      await printTransfer(terminal, options, createScales(munim), await munim.transfers.get(id))
    })
  withConnection(group.command('post').argument('<id>', 'trf_…'))
    .description('post a pending transfer, whole or in part; the rest is released')
    .option('--amount <decimal>', 'the part to post')
    .action(async (id: string, options: ConnectionOptions & { readonly amount?: string }) => {
      const munim = connect(options)
      const scales = createScales(munim)
      const part =
        options.amount === undefined
          ? {}
          : {
              amount: readDecimal(
                { option: '--amount', text: options.amount },
                await scales.of((await munim.transfers.get(id)).asset),
              ),
            }
      await printTransfer(terminal, options, scales, await munim.transfers.post(id, part))
    })
  withConnection(group.command('void').argument('<id>', 'trf_…'))
    .description('release a pending transfer')
    .action(async (id: string, options: ConnectionOptions) => {
      const munim = connect(options)
      await printTransfer(terminal, options, createScales(munim), await munim.transfers.void(id))
    })
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list transfers, newest first')
    .option('--account <account>', 'from or to that account, by id or code')
    .option('--source <account>', 'from that account')
    .option('--destination <account>', 'to that account')
    .option('--reference <text>', 'with that reference')
    .addOption(new Option('--state <state>', 'in that state').choices(['pending', 'posted', 'voided', 'expired']))
    .option('--metadata <key=value>', 'with this pair; may be given several times', collectPair)
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listExample)
    .action(async (options: ListOptions) => {
      const munim = connect(options)
      const { account, source, destination, reference, state, limit } = options
      const list = munim.transfers.list({
        ...given({ account, source, destination, reference, state }),
        metadata: options.metadata ?? {},
        limit: Math.min(limit, 100),
      })
      const transfers = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(transfers)}\n`)
      await write(terminal.stdout, await formatTransfers(terminal, createScales(munim), transfers))
    })
}

function addCreateCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('create'))
    .description('move an amount from one account to another, or hold it with --pending')
    .requiredOption('--source <account>', 'the account that pays, by id or code')
    .requiredOption('--destination <account>', 'the account that is paid')
    .requiredOption('--amount <decimal>', 'how much, as a decimal')
    .requiredOption('--asset <code>', 'of what, such as USD')
    .option('--id <id>', 'your own id (trf_…); each id is booked once')
    .option('--reference <text>', 'unique in the book')
    .option('--pending', 'hold the amount; post or void it later')
    .option('--expires-at <time>', 'with --pending: when the hold lapses by itself')
    .option('--effective-at <time>', 'when it took effect, if in the past')
    .option('--metadata <key=value>', 'keep this with it; may be given several times', collectPair)
    .option('--dry-run', 'show what would happen, and do nothing')
    .addHelpText('after', createExample)
    .action(async (options: CreateOptions) => {
      const munim = connect(options)
      const scales = createScales(munim)
      const { source, destination, asset, id, reference, pending, expiresAt, effectiveAt, dryRun } = options
      const transfer = await munim.transfers.create({
        source,
        destination,
        asset,
        amount: readDecimal({ option: '--amount', text: options.amount }, await scales.of(asset)),
        metadata: options.metadata ?? {},
        ...given({ id, reference, pending, expires_at: expiresAt, effective_at: effectiveAt, dry_run: dryRun }),
      })
      await printTransfer(terminal, options, scales, transfer)
    })
}

async function printTransfer(
  terminal: Terminal,
  options: ConnectionOptions,
  scales: Scales,
  transfer: Transfer,
): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(transfer)}\n`)
  const scale = await scales.of(transfer.asset)
  const rows: [string, string][] = [
    ['id', transfer.id],
    ['state', transfer.state],
    ['source', transfer.source_code],
    ['destination', transfer.destination_code],
    ['amount', `${formatAmount(transfer.amount, scale)} ${transfer.asset}`],
    ['posted', `${formatAmount(transfer.amount_posted, scale)} ${transfer.asset}`],
    ['reference', transfer.reference ?? ''],
    ['effective at', transfer.effective_at],
    ['recorded at', transfer.recorded_at],
    ['expires at', transfer.expires_at ?? ''],
    ['resolved at', transfer.resolved_at ?? ''],
    ...Object.entries(transfer.metadata).map(([key, value]): [string, string] => [`metadata ${key}`, value]),
  ]
  await write(terminal.stdout, formatPairs(rows.filter(([, value]) => value !== '')))
}

async function formatTransfers(terminal: Terminal, scales: Scales, transfers: readonly Transfer[]): Promise<string> {
  const rows: string[][] = []
  for (const transfer of transfers) {
    const amount = formatAmount(transfer.amount, await scales.of(transfer.asset))
    const { id, state, source_code, destination_code, asset, recorded_at } = transfer
    rows.push([id, state, source_code, destination_code, amount, asset, recorded_at])
  }
  const columns = [
    { title: 'id' },
    { title: 'state' },
    { title: 'source' },
    { title: 'destination' },
    { title: 'amount', right: true },
    { title: 'asset' },
    { title: 'recorded at' },
  ]
  return formatTable(terminal.stdout, columns, rows)
}

const listExample = `
Examples:
  $ munim transfers list --account customers:42:wallet
  $ munim transfers list --state pending --json`

const createExample = `
Examples:
  $ munim transfers create --source equity:opening --destination customers:42:wallet \\
      --amount 100.00 --asset USD
  $ munim transfers create --source customers:42:wallet --destination shop --amount 12.50 --asset USD --pending`
