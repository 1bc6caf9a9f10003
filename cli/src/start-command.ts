import type { Command } from 'commander'
import { becomeProgram } from './become-program.ts'
import { tlsSettings } from './tls-settings.ts'

/** A selection: the server defines the other settings, and all defaults. */
const settings = [
  ['--data <dir>', 'where the database and the admin key are kept (default .munim)'],
  ['--port <n>', 'the port to listen on; 0 takes a free one (default 8080)'],
  ['--host <address>', 'the address to listen on (default 127.0.0.1)'],
  ['--database-url <url>', 'use this PostgreSQL (15 or later) instead of the embedded one'],
  ['--roles <list>', 'what this process does, separated by commas (default all but gateway)'],
  ['--gateway-upstream <urls>', 'of a gateway: the addresses of API processes, or a name that has them'],
  ['--gateway-service-port <n>', 'of a gateway: the port of its metrics'],
  ['--gateway-allow <list>', 'of a gateway: admit clients of these addresses and blocks only'],
  ['--gateway-cert <file>', 'of a gateway: the certificate that clients see, if not that of --tls-cert'],
  ['--gateway-key <file>', 'the key of --gateway-cert'],
  ['--gateway-clients <who>', 'of a gateway: "certificate" (default), or "any" for clients without one as well'],
  ['--trusted-proxies <list>', 'of a gateway: proxies before it, whose X-Forwarded-For counts'],
  ['--trusted-gateways <list>', 'of an API: gateways without a certificate'],
  ['--rails-config <file>', 'the rails there are, as JSON'],
  ['--issuer <url>', 'the address of the API as clients have it; it issues their access tokens'],
  ['--api-keys <on|off>', 'off: API keys are refused; clients and people have tokens'],
  ['--restored <name>', 'the database is a restored copy: rails may know more (a name counts once)'],
  ['--rail-simulator <url>', 'take the rails card, upi, bank and netbank of the rail simulator there'],
  ['--log-level <level>', 'how much to log (default warn)'],
  ...tlsSettings,
] as const

/** The command's process becomes the server. */
export function addStartCommand(program: Command, serverEntry: string | undefined): void {
  const command = program
    .command('start')
    .description('run the server; the first start creates the book "main" and an operator key')
    .addHelpText('after', startHelp)
  for (const [flags, description] of settings) command.option(flags, description)
  command.action(() => becomeProgram(command, serverEntry))
}

const startHelp = `
Prints "ready http://127.0.0.1:PORT" when it is. The admin key is in DIR/admin.key; commands run in
the same directory find it. SIGTERM or Ctrl-C finishes what is under way and stops.

Examples:
  $ munim start
  $ munim start --data /var/lib/munim --port 8081
  $ munim start --database-url postgres://munim@db.internal/munim`
