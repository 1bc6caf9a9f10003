import type { Munim } from '@munim/sdk'
import { type Command, InvalidArgumentError } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure, describeFailure } from './failure.ts'
import { accountSteps } from './import-accounts.ts'
import { type ImportFile, openImportFile } from './import-file.ts'
import { type ImportSteps, type ImportSummary, importLines } from './import-lines.ts'
import { transferSteps } from './import-transfers.ts'
import { createProgressBar, type ProgressBar } from './progress.ts'
import { createRejectsFile } from './rejects-file.ts'
import { formatCount, type Terminal, toJson, write } from './terminal.ts'

type ImportOptions = ConnectionOptions & {
  readonly asset: string
  readonly rejects?: string
  readonly delimiter: string
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
  readonly reference?: string
}

/** Adds `import accounts` and `import transfers`. */
export function addImportCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('import')
    .description('read accounts or transfers from a CSV file into the books, each line once')
    .addHelpText('after', idsHelp)
  withImportOptions(group.command('accounts'))
    .description('open an account for each line, with its opening balance')
    .requiredOption('--code <template>', "the account's code, such as 'node:{nodeid}'")
    .option('--opening <template>', "the opening balance as a decimal, such as '{init_balance}'")
    .option('--opening-from <account>', 'the account it comes from; made without a limit when it is missing')
    .option('--min-available <template>', "the least the available balance may become: a decimal, or 'none'", '0')
    .addHelpText('after', `${idsHelp}\n${templateHelp}\n${accountsExample}`)
    .action((path: string, options: AccountOptions) =>
      runImport(terminal, path, options, (munim, file) => accountSteps(munim, file, options)),
    )
  withImportOptions(group.command('transfers'))
    .description('book a transfer for each line, strictly in the order of the file')
    .requiredOption('--source <template>', "the account that pays, such as 'node:{sourceNodeId}'")
    .requiredOption('--destination <template>', 'the account that is paid')
    .requiredOption('--amount <template>', "the amount as a decimal, such as '{value}'")
    .option('--reference <template>', 'a reference, unique in the book; left out where its columns are empty')
    .addHelpText('after', `${idsHelp}\n${templateHelp}\n${transfersExample}`)
    .action((path: string, options: TransferOptions) =>
      runImport(terminal, path, options, (munim, file) => transferSteps(munim, file, options)),
    )
}

function withImportOptions(command: Command): Command {
  return withConnection(
    command
      .argument('<file>', 'a CSV file in UTF-8 whose first line names the columns')
      .requiredOption('--asset <code>', 'what is counted, such as USD')
      .option('--rejects <file>', 'write refused lines there: line, code, reason and the columns of the file')
      .option('--metadata <key=template>', 'keep this with each; may be given several times', collect)
      .option('--delimiter <character>', 'what separates the fields', parseDelimiter, ',')
      .option('--run <name>', 'another name books the same lines once more (see below)', '')
      .option('--retry-for <seconds>', 'how long to wait for a server that is away', parseSeconds, 30),
  )
}

async function runImport<Request extends object>(
  terminal: Terminal,
  path: string,
  options: ImportOptions,
  plan: (munim: Munim, file: ImportFile) => Promise<Pick<ImportSteps<Request>, 'prepare' | 'send'>>,
): Promise<void> {
  const now = () => performance.now()
  const bar = createProgressBar(terminal, now)
  const munim = connectPatiently(options, bar)
  const file = await openImportFile(path, options.delimiter)
  const steps = await plan(munim, file)
  const rejects =
    options.rejects === undefined
      ? undefined
      : await createRejectsFile(options.rejects, { path, header: file.header, delimiter: options.delimiter })
  const startedMs = now()
  let lines = 0
  try {
    const summary = await importLines({
      ...steps,
      file,
      now,
      onRefused: async (record, refusal) => rejects?.add(record, refusal),
      onProgress: (counts) => {
        lines = counts.lines
        const perSecond = counts.lines / Math.max(0.001, (now() - startedMs) / 1000)
        const words = `${formatCount(counts.lines)} lines, ${formatCount(Math.round(perSecond))}/s`
        bar.show(file.bytesRead(), file.bytesTotal, words)
      },
    })
    bar.clear()
    await write(terminal.stdout, options.json ? `${toJson(summary)}\n` : formatSummary(summary))
  } catch (error) {
    const done = lines === 0 ? '' : ` ${formatCount(lines)} lines are done;`
    throw new CliFailure(`${describeFailure(error)} (Stopped.${done} the same command goes on from there.)`)
  } finally {
    bar.clear()
    await rejects?.close()
  }
}

/** A client that rides through a restart of the server. */
function connectPatiently(options: ImportOptions, bar: ProgressBar): Munim {
  let told = false
  return connect(options, {
    retries: options.retryFor === 0 ? 0 : Number.POSITIVE_INFINITY,
    retryForMs: options.retryFor * 1000,
    deadlineMs: Number.POSITIVE_INFINITY,
    timeoutMs: 60_000,
    onRetry: ({ error, attempts }) => {
      if (attempts === 1) told = false
      if (told || attempts < 3) return
      told = true
      bar.note(`waiting up to ${options.retryFor} s for the server: ${describeFailure(error)}`)
    },
  })
}

/** One line for people: what happened to the lines, and why some were refused. */
export function formatSummary(summary: ImportSummary): string {
  const reasons = Object.entries(summary.refused).sort(([, a], [, b]) => b - a)
  const refused = reasons.reduce((sum, [, count]) => sum + count, 0)
  const why = reasons.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ')
  const parts = [
    `${formatCount(summary.lines)} lines in ${summary.seconds.toFixed(1)} s`,
    `${formatCount(summary.booked)} booked`,
    `${formatCount(summary.replayed)} there already`,
    `${formatCount(refused)} refused${why === '' ? '' : ` (${why})`}`,
  ]
  return `${parts.join(', ')}\n`
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function parseDelimiter(text: string): string {
  const delimiter = text === '\\t' ? '\t' : text
  if (delimiter.length === 1 && !'"\r\n'.includes(delimiter)) return delimiter
  throw new InvalidArgumentError('It must be one character, or \\t.')
}

function parseSeconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number of seconds.')
}

const idsHelp = `
Every line has an id that follows from its number, its text, the header of the file and what the
options make of it. A second run, of a file moved, renamed or added to, or after a crash, changes
nothing that is there already; and a line that was refused stays refused, though its account has
money since. Correct a refused line in its place and run the file again: only that line is new.
Two files with the same header whose lines of the same number are equal are, there, the same: if no
column tells them apart, such as a date or a reference, give each a --run name of its own.

Amounts in files are decimals (184.44); more decimals than the asset has is an error of the line.
With --json the last line printed is {"lines", "booked", "replayed", "refused": {code: n}, "seconds"}:
lines with data; lines of which something was newly done; lines done before; refused ones by code.
Refused lines do not make the exit code other than 0.`

const templateHelp = `
A template is a text with {column} for the columns of the file; {{ and }} are braces.`

const accountsExample = `
Example:
  $ munim import accounts nodes.csv --asset USD --code 'node:{nodeid}' \\
      --opening '{init_balance}' --opening-from equity:opening`

const transfersExample = `
Example:
  $ munim import transfers day.csv --asset USD --source 'node:{from}' --destination 'node:{to}' \\
      --amount '{value}' --reference '{uuid}' --rejects refused.csv`
