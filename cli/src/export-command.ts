import { type Account, formatAmount } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { formatCsvLine } from './csv-records.ts'
import { createProgressBar } from './progress.ts'
import { type Terminal, toJson, write } from './terminal.ts'

type ExportOptions = ConnectionOptions & { readonly format: 'csv' | 'json'; readonly decimal?: boolean }

const columns = ['code', 'asset', 'posted', 'pending', 'available'] as const

export function addExportCommands(program: Command, terminal: Terminal): void {
  const group = program.command('export').description('export balances')
  withConnection(group.command('balances'))
    .description(`write the balance of every account: ${columns.join(',')}`)
    .addOption(new Option('--format <format>', 'csv, or json: an array').choices(['csv', 'json']).default('csv'))
    .option('--decimal', 'amounts as decimals (184.44), not in minor units (18444)')
    .addHelpText('after', exportHelp)
    .action((options: ExportOptions) => exportBalances(terminal, options))
}

async function exportBalances(terminal: Terminal, options: ExportOptions): Promise<void> {
  const munim = connect(options)
  const scales = createScales(munim)
  const bar = createProgressBar(terminal, () => performance.now())
  const format = options.json === true ? jsonArray : formats[options.format]
  let done = 0
  await write(terminal.stdout, format.begin)
  for await (const page of munim.accounts.list().pages()) {
    let text = ''
    for (const account of page.data) {
      const amountOf = options.decimal ? decimals(await scales.of(account.asset)) : String
      text += format.row(rowOf(account, amountOf), done === 0)
      done += 1
    }
    await write(terminal.stdout, text)
    if (terminal.stdout.isTTY !== true) bar.show({ done, total: 0 }, 'accounts')
  }
  bar.clear()
  await write(terminal.stdout, format.end)
}

type Row = Record<(typeof columns)[number], string>

const csv = {
  begin: formatCsvLine(columns),
  row: (row: Row, _first: boolean) => formatCsvLine(columns.map((column) => row[column])),
  end: '',
}

const jsonArray = {
  begin: '[',
  row: (row: Row, first: boolean) => `${first ? '\n' : ',\n'}${toJson(row)}`,
  end: '\n]\n',
}

const formats = { csv, json: jsonArray }

function rowOf(account: Account, amountOf: (minor: bigint) => string): Row {
  const { code, asset, posted, pending, available } = account
  return { code, asset, posted: amountOf(posted), pending: amountOf(pending), available: amountOf(available) }
}

function decimals(scale: number): (minor: bigint) => string {
  return (minor) => formatAmount(minor, scale)
}

const exportHelp = `
Amounts are in minor units, as everywhere in the API: 18444 is 184.44 USD. posted is the balance,
pending what is held to go out, available = posted - pending. Accounts come newest first, each as
it is when its page is read; stop the transfers when the rows must fit one another.

Examples:
  $ munim export balances > balances.csv
  $ munim export balances --decimal
  $ munim export balances --format json`
