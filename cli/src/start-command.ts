import { pathToFileURL } from 'node:url'
import { type Command, InvalidArgumentError } from 'commander'
import { CliFailure } from './failure.ts'

type StartOptions = {
  readonly data: string
  readonly port: number
  readonly databaseUrl?: string
  readonly roles?: string
}

/** Adds `start`, which becomes the server: the process that runs it is the server's. */
export function addStartCommand(program: Command, serverEntry: string | undefined): void {
  program
    .command('start')
    .description('run the server; the first start makes book "main" and an admin key')
    .option('--data <dir>', 'where the database and the admin key are kept', '.munim')
    .option('--port <n>', 'the port to listen on; 0 takes a free one', parsePort, 8080)
    .option('--database-url <url>', 'use this PostgreSQL (15 or later) instead of the embedded one')
    .option('--roles <list>', 'what this process does, separated by commas')
    .addHelpText('after', startHelp)
    .action(async (options: StartOptions) => {
      if (serverEntry === undefined) {
        throw new CliFailure('the server is not installed here; "npm install munim" brings it')
      }
      // The server reads the same options, from its own command line.
      process.argv = [process.execPath, serverEntry, ...serverArguments(options)]
      await import(pathToFileURL(serverEntry).href)
    })
}

function serverArguments(options: StartOptions): string[] {
  return [
    ...['--data', options.data, '--port', String(options.port)],
    ...(options.databaseUrl === undefined ? [] : ['--database-url', options.databaseUrl]),
    ...(options.roles === undefined ? [] : ['--roles', options.roles]),
  ]
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('It must be a port from 0 to 65535.')
}

const startHelp = `
Prints "ready http://127.0.0.1:PORT" when it is. The admin key is in DIR/admin.key; commands run in
the same directory find it. SIGTERM or Ctrl-C finishes what is under way and stops.

Examples:
  $ munim start
  $ munim start --data /var/lib/munim --port 8081
  $ munim start --database-url postgres://munim@db.internal/munim`
