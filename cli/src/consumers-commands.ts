import type { Consumer } from '@munim/sdk'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { given } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

type ReplayOptions = ConnectionOptions & { readonly fromPosition?: string; readonly fromTime?: string }

/** For operators: every command needs an operator key. */
export function addConsumerCommands(program: Command, terminal: Terminal): void {
  const group = program.command('consumers').description('readers of events: list, replay, pause, resume')
  withConnection(group.command('list'))
    .description('list what reads the events inside the server, with its lag')
    .addHelpText('after', '\nExample:\n  $ munim consumers list')
    .action(async (options: ConnectionOptions) => {
      await print(terminal, options, await connect(options).consumers.list())
    })
  withConnection(group.command('replay').argument('<name>', 'the name of the consumer'))
    .description('repeat the events of the book to a consumer; its effects in the database are not doubled')
    .option('--from-position <position>', 'go on with the event of this position')
    .option('--from-time <time>', 'go on with the first event of this time, such as 2026-01-31T09:30:00Z')
    .addHelpText('after', '\nExample:\n  $ munim consumers replay event-topics --from-time 2026-01-31T09:30:00Z')
    .action(async (name: string, options: ReplayOptions) => {
      const from = given({ from_position: options.fromPosition, from_time: options.fromTime })
      await print(terminal, options, [await connect(options).consumers.replay(name, from)])
    })
  for (const action of ['pause', 'resume'] as const) {
    withConnection(group.command(action).argument('<name>', 'the name of the consumer'))
      .description(descriptions[action])
      .addHelpText('after', `\nExample:\n  $ munim consumers ${action} event-topics`)
      .action(async (name: string, options: ConnectionOptions) => {
        await print(terminal, options, [await connect(options).consumers[action](name)])
      })
  }
}

const descriptions = {
  pause: 'stop a consumer after the events that it is handling',
  resume: 'let a paused consumer go on',
}

async function print(terminal: Terminal, options: ConnectionOptions, consumers: readonly Consumer[]): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(consumers)}\n`)
  const columns = ['name', 'state', 'lag', 'seconds', 'position', 'of', 'fault'].map((title) => ({ title }))
  const rows = consumers.map(({ name, state, lag_events: lag, lag_seconds: seconds, ...consumer }) => [
    ...[name, state, String(lag), String(seconds), String(consumer.position), String(consumer.last_position)],
    consumer.fault ?? '',
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}
