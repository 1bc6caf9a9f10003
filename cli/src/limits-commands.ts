import type { Limit } from '@munim/sdk'
import { type Command, InvalidArgumentError } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure } from './failure.ts'
import { given, parseCount, takeFirst } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

type Rate = { readonly requests: number; readonly window_seconds: number }

type SetOptions = ConnectionOptions & {
  readonly client?: string
  readonly ofBook?: string
  readonly operation?: string
  readonly rate?: Rate
  readonly burst?: number
  readonly concurrency?: number
}

/** For operators: every command needs an operator key. */
export function addLimitsCommands(program: Command, terminal: Terminal): void {
  const group = program.command('limits').description('limits of clients, people and books: set, list, remove')
  addSetCommand(group, terminal)
  withConnection(group.command('list'))
    .description('list the limits, newest first')
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ munim limits list')
    .action(async (options: ConnectionOptions & { readonly limit: number }) => {
      const { limit } = options
      const limits = await takeFirst(connect(options).limits.list({ limit: Math.min(limit, 100) }), limit)
      await print(terminal, options, limits, limits)
    })
  withConnection(group.command('remove').argument('<id>', 'lim_…'))
    .description('remove a limit; the default limit of clients holds again, if the server has one')
    .addHelpText('after', '\nExample:\n  $ munim limits remove lim_01k0a2m4qrz4w69n1d2e5f8g9h')
    .action(async (id: string, options: ConnectionOptions) => {
      const limit = await connect(options).limits.remove(id)
      await print(terminal, options, [limit], limit)
    })
}

function addSetCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('set'))
    .description('limit a client, a person or a book, for all operations or one; it replaces the limit before')
    .option('--client <id>', 'key_…, client_… or, for all sessions of a person, psn_…')
    .option('--of-book <id>', 'book_…: the requests of all its clients count together')
    .option('--operation <name>', 'only this operation of the API, such as create_payment')
    .option('--rate <requests/seconds>', 'requests in a window, such as 600/60', parseRate)
    .option('--burst <n>', 'requests at once after a pause; by default as many as in a window', parseCount)
    .option('--concurrency <n>', 'requests that may be under way at once', parseCount)
    .addHelpText('after', setHelp)
    .action(async (options: SetOptions) => {
      const { client, ofBook: book, operation, rate, burst, concurrency } = options
      if ((client === undefined) === (book === undefined)) throw new CliFailure('give either --client or --of-book')
      if (rate === undefined && burst !== undefined) throw new CliFailure('--burst needs --rate')
      const limit = await connect(options).limits.set({
        ...given({ client, book, operation, concurrency }),
        ...(rate && { rate: { ...rate, ...given({ burst }) } }),
      })
      await print(terminal, options, [limit], limit)
    })
}

function parseRate(text: string): Rate {
  const [, requests, seconds] = /^([1-9]\d{0,7})\/([1-9]\d{0,4})$/.exec(text) ?? []
  if (requests !== undefined && seconds !== undefined) {
    return { requests: Number(requests), window_seconds: Number(seconds) }
  }
  throw new InvalidArgumentError('It must be of the form requests/seconds.')
}

const setHelp = `
All processes count together, and know a limit within two seconds. Requests beyond it get 429.

Examples:
  $ munim limits set --client key_01k0a2m4qae1fs6y4p7q9r3t5v --rate 600/60 --concurrency 50
  $ munim limits set --of-book book_01k0a2m4q6r8s0t2v4w6x8y0z2 --operation create_payment --rate 100/1`

async function print(
  terminal: Terminal,
  { json }: ConnectionOptions,
  limits: readonly Limit[],
  shown: unknown,
): Promise<void> {
  if (json) return write(terminal.stdout, `${toJson(shown)}\n`)
  const columns = ['id', 'of', 'operation', 'rate', 'burst', 'at once'].map((title) => ({ title }))
  const rows = limits.map(({ id, client, book, operation, rate, concurrency }) => [
    ...[id, client ?? book ?? '-', operation ?? 'all'],
    rate === null ? '-' : `${rate.requests} in ${rate.window_seconds} s`,
    ...[rate?.burst.toString() ?? '-', concurrency?.toString() ?? '-'],
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}
