// Writes the generated pages of docs/; with --check, compares only.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { run } from '@munim/cli'
import { caseRefusals } from '#cases'
import { laneRefusals } from '#lanes'
import { ledgerRefusals } from '#ledger'
import { ordersRefusals } from '#orders'
import { paymentRefusals } from '#payments'
import { httpProblems } from '#platform/http'
import { limitProblems } from '#platform/limits'
import { sealingProblems } from '#platform/sealing'
import { consumerProblems } from '#platform/stream'
import { verificationProblems } from '#platform/verification'
import { railRefusals } from '#rails'
import { auditPage } from './audit-page.ts'
import { describeApplication, describeGateway } from './describe-application.ts'
import { permissionsPage } from './permissions-page.ts'

const folder = join(dirname(import.meta.dirname), 'docs')
const origin = '<!-- Written by scripts/reference.ts; `npm run check -- --fix` runs it. -->'

function renderRefusals(): string {
  const inOrder = (catalog: Readonly<Record<string, string>>) =>
    Object.entries(catalog).map(([code, text], index) => `| ${index + 1} | \`${code}\` | ${text} |`)
  const others = Object.entries({ ...caseRefusals, ...ordersRefusals, ...laneRefusals, ...railRefusals })
    .filter(([code]) => !Object.hasOwn(paymentRefusals, code))
    .map(([code, text]) => `| \`${code}\` | ${text} |`)
  const problems = Object.entries({
    ...httpProblems,
    ...consumerProblems,
    ...limitProblems,
    ...sealingProblems,
    ...verificationProblems,
  }).map(([code, { status, explanation }]) => `| ${status} | \`${code}\` | ${explanation} |`)
  return [
    '# Refusals',
    '',
    origin,
    '',
    'An error is a problem document (RFC 9457, `application/problem+json`). Decide by its `code`, never by its',
    'text; `param` names the field concerned when there is one.',
    '',
    '## Refusals of the ledger, in order of precedence',
    '',
    'When several apply to a command, the one that stands first here is answered.',
    '',
    '| | code | meaning |',
    '|---|---|---|',
    ...inOrder(ledgerRefusals),
    '',
    '## Refusals of payments, in order of precedence',
    '',
    'A payment, refund or payout that was accepted may still fail; its `reason` is then a code of the books, or of a',
    "rail's decline.",
    '',
    '| | code | meaning |',
    '|---|---|---|',
    ...inOrder(paymentRefusals),
    '',
    '## Refusals of cases, orders, lanes and rails',
    '',
    '| code | meaning |',
    '|---|---|',
    ...others,
    '',
    '## Errors of the HTTP layer',
    '',
    '| status | code | meaning |',
    '|---|---|---|',
    ...problems,
    '',
  ].join('\n')
}

async function helpOf(command: readonly string[]): Promise<string> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  await run([...command, '--help'], { terminal: { stdout, stderr } })
  return (stdout.read() as Buffer).toString('utf8').trim()
}

async function describeCommand(command: readonly string[]): Promise<string[]> {
  const help = await helpOf(command)
  const list = /^Commands:\n((?: {2}.*\n?)+)/m.exec(help)?.[1] ?? ''
  const names = [...list.matchAll(/^ {2}([\w-]+)/gm)].flatMap(([, name]) => (name && name !== 'help' ? [name] : []))
  const below: string[] = []
  for (const name of names) below.push(...(await describeCommand([...command, name])))
  return [`## munim ${command.join(' ')}`.trim(), '', '```text', help, '```', '', ...below]
}

async function renderCommandLine(): Promise<string> {
  const intro = 'What `npx munim … --help` says of every command.'
  return ['# Command line', '', origin, '', intro, '', ...(await describeCommand([]))].join('\n')
}

type Described = {
  readonly name: string
  readonly help: string
  readonly type?: string
  labelNames?: readonly string[]
}

function renderMetrics(): string {
  const registries = [describeApplication().registry, describeGateway()]
  const described = registries.flatMap((one) => one.getMetricsAsArray() as unknown as readonly Described[])
  const metrics = new Map(described.map((metric) => [metric.name, metric])).values()
  const typeOf = ({ type, name }: Described) => type ?? (name.endsWith('_total') ? 'counter' : 'gauge')
  const rows = [...metrics]
    .filter(({ name }) => name.startsWith('munim_'))
    .map((metric) => ({ ...metric, type: typeOf(metric), labels: metric.labelNames ?? [] }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(
      ({ name, type, labels, help }) =>
        `| \`${name}\` | ${type} | ${labels.map((l) => `\`${l}\``).join(', ')} | ${help} |`,
    )
  return [
    '# Metrics',
    '',
    origin,
    '',
    '`GET /metrics` answers these in the text format of Prometheus, beside those of the Node process (`process_*` and',
    '`nodejs_*`). [Health](health.md) says which of them to watch.',
    '',
    '| metric | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** Help is as wide as the terminal. Without a terminal its width is fixed. */
Object.defineProperty(process.stdout, 'isTTY', { value: false })
const pages = {
  'reference/refusals.md': renderRefusals(),
  'reference/command-line.md': await renderCommandLine(),
  'reference/permissions.md': permissionsPage(describeApplication().server.routes, origin),
  'reference/acts.md': auditPage(describeApplication().server.routes, origin),
  'operating/metrics.md': renderMetrics(),
}
for (const [name, text] of Object.entries(pages)) {
  const path = join(folder, name)
  if (!process.argv.includes('--check')) writeFileSync(path, text)
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`docs/${name} is not what the code says; run \`npm run check -- --fix\``)
    process.exitCode = 1
  }
}
