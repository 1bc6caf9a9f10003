import type { ApiKey, CreateApiKey } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure } from './failure.ts'
import { given, parseCount, parseList, takeFirst } from './options.ts'
import { formatPairs, formatTable, type Terminal, toJson, write } from './terminal.ts'

type Permission = NonNullable<CreateApiKey['permissions']>[number]
type Scope = NonNullable<CreateApiKey['scope']>

type CreateOptions = ConnectionOptions & {
  readonly name: string
  readonly scope?: Scope
  readonly permissions?: readonly Permission[]
  readonly addresses?: readonly string[]
}

/** The server knows the permissions, and names them in its refusal of another one. */
function parsePermissions(text: string): Permission[] {
  return parseList(text) as Permission[]
}

export function addKeyCommands(program: Command, terminal: Terminal): void {
  const group = program.command('keys').description('API keys of a book: list, create, revoke')
  addCreateCommand(group, terminal)
  withConnection(group.command('list'))
    .description('list the API keys of the book, newest first')
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ munim keys list')
    .action(async (options: ConnectionOptions & { readonly limit: number }) => {
      const { limit } = options
      const keys = await takeFirst(connect(options).apiKeys.list({ limit: Math.min(limit, 100) }), limit)
      await write(terminal.stdout, options.json ? `${toJson(keys)}\n` : formatKeys(terminal, keys))
    })
  withConnection(group.command('revoke').argument('<id>', 'key_…'))
    .description('revoke an API key: at once in the process that answers, within ten seconds in all others')
    .addHelpText('after', '\nExample:\n  $ munim keys revoke key_01k0a2m4qae1fs6y4p7q9r3t5v')
    .action(async (id: string, options: ConnectionOptions) => {
      const key = await connect(options).apiKeys.revoke(id)
      await write(terminal.stdout, options.json ? `${toJson(key)}\n` : formatKeys(terminal, [key]))
    })
}

function addCreateCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('create'))
    .description('create an API key; its text is shown once')
    .requiredOption('--name <name>', 'who or what uses it')
    .addOption(new Option('--scope <scope>', 'a role').choices(['read', 'write', 'admin', 'operator']))
    .option('--permissions <list>', 'instead of a role: exactly these, with commas between', parsePermissions)
    .option('--addresses <list>', 'use it from these addresses and blocks only, with commas between', parseList)
    .addHelpText('after', createHelp)
    .action(async (options: CreateOptions) => {
      const { name, scope, permissions, addresses } = options
      if ((scope === undefined) === (permissions === undefined)) {
        throw new CliFailure('give either --scope or --permissions')
      }
      const wanted = given({ scope, permissions, allowed_addresses: addresses })
      const key = await connect(options).apiKeys.create({ name, ...wanted })
      if (options.json) return write(terminal.stdout, `${toJson(key)}\n`)
      const rows = [
        ['id', key.id],
        ['book', key.book_code],
        ['name', key.name],
        ['may', mayOf(key)],
        ['from', key.allowed_addresses?.join(', ') ?? 'everywhere'],
        ['key', key.key],
      ] as const
      await write(terminal.stdout, formatPairs(rows))
    })
}

const createHelp = `
A key can create only keys that may do no more than it may itself. docs/reference/permissions.md lists all permissions.

Examples:
  $ munim keys create --name 'checkout service' --scope write
  $ munim keys create --name 'refund desk' --permissions payments:read,refunds:write
  $ munim keys create --name shop --scope write --addresses 203.0.113.7,2001:db8:5::/48`

function mayOf({ scope, permissions }: ApiKey): string {
  return scope ?? permissions.join(', ')
}

function formatKeys(terminal: Terminal, keys: readonly ApiKey[]): string {
  const columns = ['id', 'name', 'may', 'last used', 'revoked'].map((title) => ({ title }))
  const rows = keys.map((key) => [key.id, key.name, mayOf(key), key.last_used_at ?? '-', key.revoked_at ?? '-'])
  return formatTable(terminal.stdout, columns, rows)
}
