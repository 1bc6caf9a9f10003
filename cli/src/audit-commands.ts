import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { AuditedAct, ListAudit } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure } from './failure.ts'
import { given, parseCount, takeFirst } from './options.ts'
import { createProgressBar } from './progress.ts'
import { formatCount, formatTable, printable, type Terminal, toJson, write } from './terminal.ts'
import { type ActsReport, verifyActs } from './verify-acts.ts'

type FilterOptions = ConnectionOptions & {
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  readonly allBooks?: true
}
type ListOptions = FilterOptions & { readonly limit: number }
type VerifyOptions = ConnectionOptions & { readonly allBooks?: true; readonly gaps?: true }

export function addAuditCommands(program: Command, terminal: Terminal, setExitCode: (code: number) => void): void {
  const group = program.command('audit').description('the log of acts: list, export and verify who changed what')
  withFilter(group.command('list'))
    .description('list what was changed, by whom, and who read personal data, newest first')
    .addOption(new Option('--limit <n>', 'how many').argParser(parseCount).default(20))
    .addHelpText('after', '\nExample:\n  $ munim audit list --action vendor.changed --from 2026-01-31T00:00:00Z')
    .action(async (options: ListOptions) => {
      const acts = await takeFirst(connect(options).audit.list(filterOf(options)), options.limit)
      await write(terminal.stdout, options.json ? `${toJson(acts)}\n` : formatActs(terminal, acts))
    })
  withFilter(group.command('export'))
    .description('write acts as lines of JSON, newest first, with the hashes that prove them')
    .addHelpText('after', exportHelp)
    .action((options: FilterOptions) => exportActs(terminal, options))
  withConnection(group.command('verify').argument('[file]', 'an export; without it, the log of the server is read'))
    .description('check the hashes of an export, or of what the server answers')
    .option('--all-books', 'without a file: the acts of all books, with an operator key')
    .option('--gaps', 'acts may be missing, as in the export of one book')
    .addHelpText('after', verifyHelp)
    .action(async (file: string | undefined, options: VerifyOptions) => {
      const acts = file === undefined ? connect(options).audit.list(filterOf(options)) : readActs(file)
      const report = await verifyActs(acts)
      const isWhole = report.missing === 0 || options.gaps === true
      await write(terminal.stdout, options.json ? `${toJson(report)}\n` : formatReport(report, isWhole))
      if (report.findings.length > 0 || !isWhole) setExitCode(1)
    })
}

function withFilter(command: Command): Command {
  return withConnection(command)
    .option('--actor <id>', 'only of this person, client or key')
    .option('--action <name>', 'only acts of this name, such as vendor.changed')
    .option('--subject <id>', 'only on this subject')
    .option('--from <time>', 'only of this time or later, such as 2026-01-31T09:30:00Z')
    .option('--to <time>', 'only before this time')
    .option('--all-books', 'of all books, with an operator key')
}

function filterOf({ actor, action, subject, from, to, allBooks }: Partial<FilterOptions>): ListAudit {
  return given({ actor, action, subject, from, to, all_books: allBooks })
}

function formatActs(terminal: Terminal, acts: readonly AuditedAct[]): string {
  const columns = ['number', 'at', 'actor', 'from', 'action', 'subject', 'changed'].map((title) => ({ title }))
  const rows = acts.map((act) => [
    ...[String(act.number), act.recorded_at, act.actor?.name ?? act.actor?.id ?? 'munim', act.address ?? ''],
    ...[act.action, act.subject, changesOf(act)],
  ])
  return formatTable(terminal.stdout, columns, rows)
}

function changesOf({ before, after }: AuditedAct): string {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  if (was === undefined) return ''
  return Object.entries(was)
    .map(([name, value]) => `${name}: ${textOf(value)} → ${textOf(is?.[name])}`)
    .join(', ')
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

async function exportActs(terminal: Terminal, options: FilterOptions): Promise<void> {
  const bar = createProgressBar(terminal, () => performance.now())
  let done = 0
  for await (const { data } of connect(options).audit.list(filterOf(options)).pages()) {
    await write(terminal.stdout, data.map((act) => `${toJson(act)}\n`).join(''))
    done += data.length
    if (terminal.stdout.isTTY !== true) bar.show({ done, total: 0 }, 'acts')
  }
  bar.clear()
}

async function* readActs(path: string): AsyncGenerator<AuditedAct> {
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1
      if (line !== '') yield JSON.parse(line) as AuditedAct
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new CliFailure(`line ${number} of ${path} is no JSON: was the export cut off?`)
  }
}

function formatReport({ checked, missing, findings, head }: ActsReport, isWhole: boolean): string {
  const gaps = missing === 0 ? '' : `, ${formatCount(missing)} before or between them are missing`
  const end = head === null ? [] : [`The newest is act ${head.number}: ${printable(head.hash)}`]
  const verdict = findings.length === 0 && isWhole ? 'Every act is as it was recorded.' : 'The acts are NOT in order.'
  return `${[...findings.map(printable), `${formatCount(checked)} acts checked${gaps}.`, ...end, verdict].join('\n')}\n`
}

const exportHelp = `
With --all-books the whole chain is in it. An export of one book has gaps: the hashes of its acts can
be checked one by one, not that none is missing.

Example:
  $ munim audit export --all-books > acts.jsonl`

const verifyHelp = `
Exit code 1: an act was changed, or acts are missing, also those before the first. The page on the log of acts shows how to check an
export without Munim.

Examples:
  $ munim audit verify acts.jsonl
  $ munim audit verify --all-books`
