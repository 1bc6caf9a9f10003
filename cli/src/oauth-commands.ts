import type { CreateOauthClient, NewOauthClient, OauthClient } from '@munim/sdk'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { given, parseCount, parseList, takeFirst } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

type Permission = CreateOauthClient['permissions'][number]

type CreateOptions = ConnectionOptions & {
  readonly name: string
  readonly permission: readonly Permission[]
  readonly forBook?: string
  readonly addresses?: readonly string[]
}
type RotateOptions = ConnectionOptions & { readonly keepPrevious?: number }
type KeysOptions = ConnectionOptions & { readonly dropEarlier?: boolean }

/** For administrators of a book; the keys are for operators. */
export function addOauthCommands(program: Command, terminal: Terminal): void {
  const group = program.command('oauth').description('programs that get access tokens, and the keys that sign these')
  const clients = group.command('clients').description('create, list, revoke, rotate-secret')
  addCreate(clients, terminal)
  withConnection(clients.command('list'))
    .description('list the clients of the book')
    .addHelpText('after', '\nExample:\n  $ munim oauth clients list')
    .action(async (options: ConnectionOptions) => {
      await print(terminal, options, await takeFirst(connect(options).oauthClients.list(), Number.POSITIVE_INFINITY))
    })
  withConnection(clients.command('revoke').argument('<id>', 'the id of the client'))
    .description('end a client and its tokens')
    .addHelpText('after', '\nExample:\n  $ munim oauth clients revoke client_01k0a2m4qae1fs6y4p7q9r3t5v')
    .action(async (id: string, options: ConnectionOptions) => {
      await print(terminal, options, [await connect(options).oauthClients.revoke(id)])
    })
  withConnection(clients.command('rotate-secret').argument('<id>', 'the id of the client'))
    .description('give a client a new secret, which is printed once')
    .option('--keep-previous <seconds>', 'for how long the previous secret works as well', parseCount)
    .addHelpText(
      'after',
      '\nExample:\n  $ munim oauth clients rotate-secret client_01k0a2m4qae1fs6y4p7q9r3t5v --keep-previous 3600',
    )
    .action(async (id: string, options: RotateOptions) => {
      const rotation = given({ keep_previous_seconds: options.keepPrevious })
      await printSecret(terminal, options, await connect(options).oauthClients.rotateSecret(id, rotation))
    })
  withConnection(group.command('rotate-keys'))
    .description('sign access tokens with the next key from now on (for operators)')
    .option('--drop-earlier', 'drop the earlier keys, because one was stolen: all tokens so far are refused')
    .addHelpText('after', '\nExample:\n  $ munim oauth rotate-keys')
    .action(async (options: KeysOptions) => {
      const { data } = await connect(options).oauthKeys.rotate(given({ drop_earlier: options.dropEarlier }))
      if (options.json) return write(terminal.stdout, `${toJson(data)}\n`)
      const columns = ['key', 'algorithm'].map((title) => ({ title }))
      const rows = data.map(({ kid, alg }) => [kid, alg])
      await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
    })
}

function addCreate(clients: Command, terminal: Terminal): void {
  withConnection(clients.command('create'))
    .description('make a client with a secret, which is printed once')
    .requiredOption('--name <name>', 'which program it is')
    .requiredOption('--permission <resource:action>', 'what it may do; may be given several times', collect)
    .option('--for-book <book>', 'with an operator key: the book of the client, by id or code')
    .option('--addresses <list>', 'from these addresses and blocks only, with commas between', parseList)
    .addHelpText(
      'after',
      '\nExample:\n  $ munim oauth clients create --name checkout --permission payments:write --permission ledger:read',
    )
    .action(async (options: CreateOptions) => {
      const { name, permission: permissions, forBook: book, addresses } = options
      const client = { name, permissions: [...permissions], ...given({ book, allowed_addresses: addresses }) }
      await printSecret(terminal, options, await connect(options).oauthClients.create(client))
    })
}

/** The server knows the permissions, and names them in its refusal of another one. */
function collect(text: string, before: readonly Permission[] = []): readonly Permission[] {
  return [...before, text as Permission]
}

async function printSecret(terminal: Terminal, options: ConnectionOptions, made: NewOauthClient): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(made)}\n`)
  await write(terminal.stdout, `client id      ${made.id}\nclient secret  ${made.client_secret ?? ''}\n`)
}

async function print(terminal: Terminal, options: ConnectionOptions, clients: readonly OauthClient[]): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(clients)}\n`)
  const columns = ['id', 'name', 'permissions', 'proof', 'last used', 'state'].map((title) => ({ title }))
  const rows = clients.map((client) => [
    ...[client.id, client.name, client.permissions.join(' '), client.auth_method, client.last_used_at ?? ''],
    client.revoked_at === null ? 'in force' : 'revoked',
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}
