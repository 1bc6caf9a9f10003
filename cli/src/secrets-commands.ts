import { setTimeout as sleep } from 'node:timers/promises'
import type { Munim } from '@munim/sdk'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { createProgressBar } from './progress.ts'
import { formatCount, formatTable, type Terminal, toJson, write } from './terminal.ts'

type Status = Awaited<ReturnType<Munim['secrets']['retrieve']>>
type RotateOptions = ConnectionOptions & { readonly wait: boolean }

const askEveryMs = 1_000

/** For operators: every command needs an operator key. */
export function addSecretsCommands(program: Command, terminal: Terminal): void {
  const group = program.command('secrets').description('keys that seal secrets and personal data: status, rotate')
  withConnection(group.command('status'))
    .description('list the data keys, and how far the tables are sealed')
    .addHelpText('after', '\nExample:\n  $ munim secrets status')
    .action(async (options: ConnectionOptions) => {
      await print(terminal, options, await connect(options).secrets.retrieve())
    })
  withConnection(group.command('rotate'))
    .description('seal everything with a new data key, wrapped by the newest key of --secrets-key')
    .option('--no-wait', 'leave the rest to the server')
    .addHelpText('after', rotateHelp)
    .action(async ({ wait, ...options }: RotateOptions) => {
      const munim = connect(options)
      let status = await munim.secrets.rotate()
      const bar = createProgressBar(terminal, () => performance.now())
      try {
        while (wait && !isDone(status)) {
          const [done, words] = progressOf(status)
          bar.show({ done, total: status.tables.length }, words)
          await sleep(askEveryMs)
          status = await munim.secrets.retrieve()
        }
      } finally {
        bar.clear()
      }
      await print(terminal, options, status)
    })
}

function isDone({ data_keys: keys, tables }: Status): boolean {
  return keys.every(({ state }) => state !== 'coming') && tables.every(({ sealed }) => sealed)
}

function progressOf({ data_keys: keys, tables }: Status): readonly [done: number, words: string] {
  if (keys.some(({ state }) => state === 'coming')) return [0, 'until all processes have the new key']
  const current = tables.find(({ sealed, rows_looked_at: rows }) => !sealed && rows > 0)
  const words = current === undefined ? 'tables' : `${current.name}, ${formatCount(current.rows_looked_at)} rows`
  return [tables.filter(({ sealed }) => sealed).length, words]
}

async function print(terminal: Terminal, options: ConnectionOptions, status: Status): Promise<void> {
  const { stdout } = terminal
  if (options.json) return write(stdout, `${toJson(status)}\n`)
  if (!status.sealing) return write(stdout, 'Nothing is sealed: the server was started without --secrets-key.\n')
  const keys = status.data_keys.map((key) => [
    ...[String(key.number), key.purpose, key.state, key.wrapped_by, key.created_at],
  ])
  const tables = status.tables.map(({ name, sealed, rows_looked_at: looked, rows_sealed: rows }) => [
    ...[name, sealed ? 'sealed' : 'under way', formatCount(looked), formatCount(rows)],
  ])
  const titles = (...names: readonly string[]) => names.map((title) => ({ title }))
  await write(stdout, formatTable(stdout, titles('data key', 'purpose', 'state', 'wrapped by', 'created'), keys))
  await write(stdout, `\n${formatTable(stdout, titles('table', 'state', 'rows', 'sealed'), tables)}`)
}

const rotateHelp = `
Put the new key in the first line of the file of --secrets-key, and keep the old one behind it until this has
ended. Processes use the new data key after a minute. The server goes on when this is stopped; the same command
then shows the rest.

Example:
  $ munim secrets rotate`
