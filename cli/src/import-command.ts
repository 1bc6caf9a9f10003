import type { Munim } from '@munim/sdk'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { isAmountMark } from './amount-format.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { isDelimiter } from './csv-preamble.ts'
import { CliFailure, messageOf } from './failure.ts'
import { isFileEncoding } from './file-encoding.ts'
import { accountSteps } from './import-accounts.ts'
import { type ImportFile, openImportFile } from './import-file.ts'
import { countRefused, type ImportSteps, type ImportSummary, importLines } from './import-lines.ts'
import { transferSteps } from './import-transfers.ts'
import type { ValueFormats } from './line-values.ts'
import { createProgressBar, type ProgressBar } from './progress.ts'
import { createRejectsFile } from './rejects-file.ts'
import { formatCount, printable, type Terminal, toJson, write } from './terminal.ts'

type ImportOptions = ConnectionOptions & {
  readonly asset: string
  readonly rejects?: string
  readonly delimiter?: string
  readonly encoding?: string
  readonly skip: number
  readonly decimalMark: string
  readonly thousandsMark?: string
  readonly effectiveAt?: string
  readonly dateFormat?: string
  readonly zone: string
  readonly run: string
  readonly retryFor: number
  readonly metadata?: readonly string[]
}

type AccountOptions = ImportOptions & {
  readonly code: string
  readonly opening?: string
  readonly openingFrom?: string
  readonly minAvailable?: string
}

type TransferOptions = ImportOptions & {
  readonly source: string
  readonly destination: string
  readonly amount: string
  readonly sign: 'refuse' | 'swap'
  readonly reference?: string
}

const allRefusedExitCode = 2

export function addImportCommands(program: Command, terminal: Terminal, setExitCode: (code: number) => void): void {
  const group = program
    .command('import')
    .description('import accounts or transfers from a CSV file, each line once')
    .addHelpText('after', importHelp)
  const run = { terminal, setExitCode }
  withImportOptions(group.command('accounts'))
    .description('open an account for each line, with its opening balance')
    .requiredOption('--code <template>', "the account's code, such as 'node:{nodeid}'")
    .option('--opening <template>', "the opening balance as a decimal, such as '{init_balance}'; may be negative")
    .option('--opening-from <template>', 'the account it comes from; opened without limits if it does not exist')
    .option('--min-available <template>', "the least the available balance may become: a decimal, or 'none'", '0')
    .addHelpText('after', `${importHelp}\n${formatsHelp}\n${accountsExamples}`)
    .action((path: string, options: AccountOptions) =>
      runImport(run, path, options, (munim, file, formats) => accountSteps(munim, file, { ...options, formats })),
    )
  withImportOptions(group.command('transfers'))
    .description('book a transfer for each line, strictly in the order of the file')
    .requiredOption('--source <template>', "the account that pays, such as 'node:{sourceNodeId}'")
    .requiredOption('--destination <template>', 'the account that is paid')
    .requiredOption('--amount <template>', "the amount as a decimal, such as '{value}'")
    .addOption(
      new Option('--sign <rule>', 'a negative amount swaps source and destination, or the line is refused')
        .choices(['refuse', 'swap'])
        .default('refuse'),
    )
    .option('--reference <template>', 'a reference, unique in the book; left out where its columns are empty')
    .addHelpText('after', `${importHelp}\n${formatsHelp}\n${transfersExamples}`)
    .action((path: string, options: TransferOptions) =>
      runImport(run, path, options, (munim, file, formats) => transferSteps(munim, file, { ...options, formats })),
    )
}

function withImportOptions(command: Command): Command {
  return withConnection(
    command
      .argument('<file>', 'a CSV file whose first line names the columns')
      .requiredOption('--asset <template>', "what is counted: USD, or a column such as '{currency}'")
      .option('--effective-at <template>', "when it took effect, such as '{date}'; else when it is booked")
      .option('--date-format <format>', 'how dates are written, such as dd.MM.yyyy (default ISO 8601)')
      .option('--zone <zone>', 'the time zone of dates that name none, such as Europe/Berlin', 'UTC')
      .option('--decimal-mark <character>', 'the mark before the decimals', parseMark, '.')
      .option('--thousands-mark <character>', 'the mark between groups of three digits (default none)', parseMark)
      .option('--metadata <key=template>', 'keep this with each; may be given several times', collect)
      .option(
        '--delimiter <character>',
        'what separates the fields (default what "sep=" says, or a comma)',
        parseDelimiter,
      )
      .option('--skip <n>', 'how many lines come before the one with the column names', parseWhole, 0)
      .option(
        '--encoding <name>',
        'such as utf-16le, windows-1252 (default its byte order mark, or UTF-8)',
        parseEncoding,
      )
      .option('--rejects <file>', 'write refused lines there: line, code, reason and the columns of the file')
      .option('--run <name>', 'under another name, the same lines are booked again (see below)', '')
      .option('--retry-for <seconds>', 'how long to retry while the server is unavailable', parseWhole, 30),
  )
}

type Plan<Request> = (
  munim: Munim,
  file: ImportFile,
  formats: ValueFormats,
) => Promise<Pick<ImportSteps<Request>, 'prepare' | 'send'>>

async function runImport<Request extends object>(
  { terminal, setExitCode }: { readonly terminal: Terminal; readonly setExitCode: (code: number) => void },
  path: string,
  options: ImportOptions,
  plan: Plan<Request>,
): Promise<void> {
  const now = () => performance.now()
  const bar = createProgressBar(terminal, now)
  const munim = connectPatiently(options, bar)
  const file = await openImportFile(path, options)
  const steps = await plan(munim, file, formatsOf(options))
  const { header, delimiter } = file
  const rejects =
    options.rejects === undefined ? undefined : await createRejectsFile(options.rejects, { path, header, delimiter })
  const startedMs = now()
  try {
    const summary = await importLines({
      ...steps,
      file,
      now,
      onRefused: async (lines) => rejects?.add(lines),
      onProgress: ({ lines }) => {
        const perSecond = lines / Math.max(0.001, (now() - startedMs) / 1000)
        const words = `${formatCount(lines)} lines, ${formatCount(Math.round(perSecond))}/s`
        bar.show({ done: file.bytesRead(), total: file.bytesTotal }, words)
      },
    })
    bar.clear()
    if (summary.lines === 0) throw new CliFailure(`${path}: no line follows the one that names the columns`)
    await write(terminal.stdout, options.json ? `${toJson(summary)}\n` : formatSummary(summary))
    if (countRefused(summary) === summary.lines) setExitCode(allRefusedExitCode)
  } finally {
    bar.clear()
    await rejects?.close()
  }
}

function formatsOf({ decimalMark, thousandsMark, dateFormat, zone }: ImportOptions): ValueFormats {
  return { amounts: { decimalMark, thousandsMark }, dates: { format: dateFormat, zone } }
}

function connectPatiently(options: ImportOptions, bar: ProgressBar): Munim {
  let reported = false
  return connect(options, {
    retries: options.retryFor === 0 ? 0 : Number.POSITIVE_INFINITY,
    retryForMs: options.retryFor * 1000,
    deadlineMs: Number.POSITIVE_INFINITY,
    timeoutMs: 60_000,
    onRetry: ({ error, attempts }) => {
      if (attempts === 1) reported = false
      if (reported || attempts < 3) return
      reported = true
      bar.note(`waiting up to ${options.retryFor} s for the server: ${messageOf(error)}`)
    },
  })
}

export function formatSummary(summary: ImportSummary): string {
  const reasons = Object.entries(summary.refused).sort(([, a], [, b]) => b - a)
  const why = reasons.map(([code, count]) => `${printable(code)} ${formatCount(count)}`).join(', ')
  const parts = [
    `${formatCount(summary.lines)} lines in ${summary.seconds.toFixed(1)} s`,
    `${formatCount(summary.booked)} booked`,
    `${formatCount(summary.replayed)} there already`,
    `${formatCount(countRefused(summary))} refused${why === '' ? '' : ` (${why})`}`,
  ]
  return `${parts.join(', ')}\n`
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function parseDelimiter(text: string): string {
  const delimiter = text === '\\t' ? '\t' : text
  if (isDelimiter(delimiter)) return delimiter
  throw new InvalidArgumentError('It must be one character, or \\t.')
}

function parseMark(text: string): string {
  if (isAmountMark(text)) return text
  throw new InvalidArgumentError('It must be one character that is no letter, digit, sign or quote.')
}

function parseEncoding(text: string): string {
  if (isFileEncoding(text)) return text
  throw new InvalidArgumentError('It must be a known encoding, such as utf-8, utf-16le or windows-1252.')
}

function parseWhole(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

const importHelp = `
A line is known by its text, and by which of the equal lines of the file it is: neither by its place
nor by the file's name. A second run books nothing twice; nor does the next export, which has new lines
on top or old ones left out. A line that was refused by the server stays refused, though its account
has money since. A corrected line is a new one. If no column tells the payments of two files apart,
such as a date or a reference, give each file a --run name of its own.

A record may have 1 MiB; a longer one is refused, whole. Where a quote is missing or stands where none
may, the import stops at that line. Bytes that are not valid in the encoding make the line refused.

With --json the last line printed is {"lines", "booked", "replayed", "refused": {code: n}, "seconds"}:
lines with data; lines of which something was newly done; lines done before; refused ones by code.
Exit codes: 0, at least one line is booked or was before; 2, every line was refused; 1, the file was
not understood, has no lines, or the import stopped; the message says how much was done before.`

const formatsHelp = `
A template is a text with {column} for the columns of the file; {{ and }} are braces. Amounts are
decimals (184.44); more decimals than the asset has are refused unless they are zeros. Dates are
yyyy-MM-dd, or with a time, 2026-01-31T09:30:00Z. A --date-format is made of yyyy, MM or MMM, dd or d,
HH, mm, ss, a and ZZ, as Luxon's; text in it stands in '. A date without a time is its first moment.`

const accountsExamples = `
Examples:
  $ munim import accounts nodes.csv --asset USD --code 'node:{nodeid}' \\
      --opening '{init_balance}' --opening-from equity:opening
  $ munim import accounts loans.csv --asset '{currency}' --code 'loans:{id}' --min-available none \\
      --opening '{balance}' --opening-from 'equity:opening:{currency}' --effective-at 2026-01-01`

const transfersExamples = `
Examples:
  $ munim import transfers day.csv --asset USD --source 'node:{from}' --destination 'node:{to}' \\
      --amount '{value}' --reference '{uuid}' --rejects refused.csv
  $ munim import transfers umsaetze.csv --encoding windows-1252 --skip 4 --delimiter ';' \\
      --asset '{Währung}' --source bank:clearing --destination 'customers:{Konto}' --sign swap \\
      --amount '{Betrag}' --decimal-mark , --thousands-mark . \\
      --effective-at '{Buchung}' --date-format dd.MM.yyyy --zone Europe/Berlin`
