import type { Rail } from '@munim/sdk'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { takeFirst } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

export function addRailCommands(program: Command, terminal: Terminal): void {
  const group = program.command('rails').description('rails and their health: list, pause, resume')
  withConnection(group.command('list'))
    .description('list the rails of the server with their health')
    .addHelpText('after', '\nExample:\n  $ munim rails list --json')
    .action(async (options: ConnectionOptions) => {
      const rails = await takeFirst(connect(options).rails.list(), Number.POSITIVE_INFINITY)
      await print(terminal, options, rails)
    })
  for (const action of ['pause', 'resume'] as const) {
    withConnection(group.command(action).argument('<name>', 'the name of the rail'))
      .description(descriptions[action])
      .addHelpText('after', `\nExample:\n  $ munim rails ${action} card`)
      .action(async (name: string, options: ConnectionOptions) => {
        await print(terminal, options, [await connect(options).rails[action](name)])
      })
  }
}

const descriptions = {
  pause: 'stop submissions to a rail; needs an operator key',
  resume: 'let submissions go to a paused rail again; needs an operator key',
}

async function print(terminal: Terminal, options: ConnectionOptions, rails: readonly Rail[]): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(rails)}\n`)
  const columns = ['name', 'state', 'since', 'retry at', 'operations', 'assets'].map((title) => ({ title }))
  const rows = rails.map(({ name, state, since, retry_at: retryAt, operations, assets }) => [
    ...[name, state, since, retryAt ?? ''],
    ...[operations.join(', '), assets?.join(', ') ?? 'any'],
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}
