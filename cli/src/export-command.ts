import { formatAmount } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { formatCsvLine } from './csv-records.ts'
import { createProgressBar } from './progress.ts'
import { formatCount, type Terminal, toJson, write } from './terminal.ts'

type ExportOptions = ConnectionOptions & { readonly format: 'csv' | 'json'; readonly decimal?: boolean }

const columns = ['code', 'asset', 'posted', 'pending', 'available'] as const

/** Adds `export balances`. */
export function addExportCommands(program: Command, terminal: Terminal): void {
  const group = program.command('export').description('write what the books hold')
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
  const asJson = options.json === true || options.format === 'json'
  const { stdout } = terminal
  let done = 0
  await write(stdout, asJson ? '[' : formatCsvLine(columns))
  for await (const page of munim.accounts.list().pages()) {
    let text = ''
    for (const { code, asset, posted, pending, available } of page.data) {
      const scale = options.decimal ? await scales.of(asset) : undefined
      const [postedText, pendingText, availableText] = [posted, pending, available].map((minor) =>
        scale === undefined ? minor.toString() : formatAmount(minor, scale),
      )
      const row = { code, asset, posted: postedText, pending: pendingText, available: availableText }
      text += asJson ? `${done === 0 ? '\n' : ',\n'}${toJson(row)}` : formatCsvLine(Object.values(row).map(String))
      done += 1
    }
    await write(stdout, text)
    if (stdout.isTTY !== true) bar.show(done, 0, 'accounts')
  }
  bar.clear()
  if (asJson) await write(stdout, '\n]\n')
  if (terminal.stderr.isTTY === true && stdout.isTTY !== true) {
    terminal.stderr.write(`${formatCount(done)} accounts\n`)
  }
}

const exportHelp = `
Amounts are in minor units, as everywhere in the API: 18444 is 184.44 USD. posted is the balance,
pending what is held to go out, available = posted - pending. Accounts come newest first, each as
it is when its page is read; stop the transfers when the rows must fit one another.

Examples:
  $ munim export balances > balances.csv
  $ munim export balances --decimal
  $ munim export balances --format json`
