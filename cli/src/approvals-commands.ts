import type { Approval, ApprovalRules, SetApprovalRules } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { given, parseCount, parseList, takeFirst } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

type ListOptions = ConnectionOptions & { readonly limit: number; readonly state?: Approval['state'] }
type SetOptions = ConnectionOptions & { readonly permissions: string; readonly lapseHours?: number }

const example = 'apv_01k0a2m4qae1fs6y4p7q9r3t5v'
const states = ['open', 'approved', 'rejected', 'withdrawn', 'done', 'lapsed']

export function addApprovalsCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('approvals')
    .description('what waits for a second person: list, show, approve, reject, withdraw, carry out; the rules')
  addReading(group, terminal)
  for (const [verb, about] of [
    ['approve', 'let what waits be done; only for people who neither asked nor made, invited or reset who asked'],
    ['reject', 'let what waits not be done; only for people who could approve it'],
    ['withdraw', 'take back what one asked for'],
  ] as const) {
    withConnection(group.command(verb).argument('<id>', 'apv_…'))
      .description(about)
      .addHelpText('after', `\nExample:\n  $ munim approvals ${verb} ${example}`)
      .action(async (id: string, options: ConnectionOptions) => {
        await print(terminal, options, [await connect(options).approvals[verb](id)])
      })
  }
  withConnection(group.command('carry-out').argument('<id>', 'apv_…'))
    .description('do what was approved, as who asked; prints the answer, such as a new key')
    .addHelpText('after', `\nExample:\n  $ munim approvals carry-out ${example}`)
    .action(async (id: string, options: ConnectionOptions) => {
      await write(terminal.stdout, `${toJson(await connect(options).approvals.carryOut(id))}\n`)
    })
  addRules(group, terminal)
}

function addReading(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list what waits for a second person, or waited, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(states))
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ munim approvals list --state open')
    .action(async (options: ListOptions) => {
      const { limit, state } = options
      const found = connect(options).approvals.list({ limit: Math.min(limit, 100), ...given({ state }) })
      await print(terminal, options, await takeFirst(found, limit))
    })
  withConnection(group.command('show').argument('<id>', 'apv_…'))
    .description('show the whole request that waits')
    .addHelpText('after', `\nExample:\n  $ munim approvals show ${example}`)
    .action(async (id: string, options: ConnectionOptions) => {
      const found = await connect(options).approvals.get(id)
      if (options.json) return write(terminal.stdout, `${toJson(found)}\n`)
      const { asked_by: asker, decided_by: decider } = found
      const rows = [
        ...[
          ['state', found.state],
          ['request', `${found.method} ${found.path}`],
          ['body', found.body || '-'],
        ],
        ...[
          ['asked by', `${asker.name} (${asker.id})`],
          ['asked', found.asked_at],
          ['lapses', found.lapses_at],
        ],
        ['decided by', decider === null ? '-' : `${decider.name} (${decider.id})`],
      ]
      await write(terminal.stdout, formatTable(terminal.stdout, [{ title: 'id' }, { title: id }], rows))
    })
}

function addRules(group: Command, terminal: Terminal): void {
  withConnection(group.command('rules'))
    .description('show which permissions of the book need a second person')
    .addHelpText('after', '\nExample:\n  $ munim approvals rules')
    .action(async (options: ConnectionOptions) => {
      await printRules(terminal, options, await connect(options).approvals.rules())
    })
  withConnection(group.command('set-rules'))
    .description('set which permissions of the book need a second person; it replaces the rules')
    .requiredOption(
      '--permissions <list>',
      'separated by commas, such as keys:manage,ledger:manage; "none": nothing waits',
    )
    .option('--lapse-hours <n>', 'after how many hours what waits lapses; 72 by default', parseCount)
    .addHelpText('after', setHelp)
    .action(async (options: SetOptions) => {
      const permissions = options.permissions === 'none' ? [] : parseList(options.permissions)
      const rules = { permissions, ...given({ lapse_hours: options.lapseHours }) } as SetApprovalRules
      await printRules(terminal, options, await connect(options).approvals.setRules(rules))
    })
}

const setHelp = `
With any permission, those for keys, clients, people and these rules always wait, since each would be a way around.
What only takes away, such as revoking a key, never waits. Operator keys do not wait either: keep them in a safe.

Examples:
  $ munim approvals set-rules --permissions keys:manage,ledger:manage
  $ munim approvals set-rules --permissions none`

async function printRules(terminal: Terminal, { json }: ConnectionOptions, rules: ApprovalRules): Promise<void> {
  if (json) return write(terminal.stdout, `${toJson(rules)}\n`)
  const { permissions, lapse_hours: hours } = rules
  const text = permissions.length === 0 ? 'nothing waits for a second person' : permissions.join('\n')
  await write(
    terminal.stdout,
    permissions.length === 0 ? `${text}\n` : `${text}\n\nwhat waits lapses after ${hours} hours\n`,
  )
}

async function print(terminal: Terminal, { json }: ConnectionOptions, found: readonly Approval[]): Promise<void> {
  if (json) return write(terminal.stdout, `${toJson(found)}\n`)
  const columns = ['id', 'state', 'operation', 'asked by', 'asked', 'lapses', 'decided by'].map((title) => ({ title }))
  const rows = found.map((one) => [
    ...[one.id, one.state, one.operation, one.asked_by.name, one.asked_at, one.lapses_at],
    one.decided_by?.name ?? '-',
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}
