import type { Command } from 'commander'
import { becomeProgram } from './become-program.ts'
import { tlsSettings } from './tls-settings.ts'

const settings = [
  ['--port <n>', 'the port to listen on; 0 takes a free one (default 8090)'],
  ['--host <address>', 'the address to listen on (default 127.0.0.1)'],
  ['--seed <n>', 'decides which requests meet the faults of a schedule (default 1)'],
  ['--latency-ms <n>', 'how long an ordinary answer takes (default 20)'],
  ['--day-ms <n>', "how long the bank's day is; 0 closes it by the control API only (default 2000)"],
  ['--callback-url <url>', 'where callbacks go; {rail} stands for the name of the rail'],
  ['--callback-secret <secret>', 'what callbacks are signed with: whsec_ and base64'],
  ['--callback-delay-ms <n>', 'from the acceptance of a UPI payment to its callback (default 50)'],
  ['--late-ms <n>', 'how late a late success or a dispute comes (default 1500)'],
  ['--slow-ms <n>', 'how long a slow answer takes (default 3000)'],
  ['--hang-ms <n>', 'when a connection that gets no answer is broken (default 30000)'],
  ['--authorization-ms <n>', 'how long an authorization holds (default 604800000, a week)'],
  ['--data <file>', 'keep a journal there, and go on from it'],
  ['--retain <n>', 'how many operations are kept (default 200000)'],
  ...tlsSettings,
] as const

/** The command's process becomes the simulator. */
export function addRailSimulatorCommand(program: Command, simulatorEntry: string | undefined): void {
  const command = program
    .command('rail-simulator')
    .description('run a simulator of four rails (card, upi, bank, netbank) for development and tests')
    .addHelpText('after', simulatorHelp)
  for (const [flags, description] of settings) command.option(flags, description)
  command.action(() => becomeProgram(command, simulatorEntry))
}

const simulatorHelp = `
Prints "ready http://127.0.0.1:PORT" when it is. It moves no money. SIGTERM or Ctrl-C stops it.

Examples:
  $ munim rail-simulator
  $ munim rail-simulator --callback-url 'http://127.0.0.1:8080/v1/rails/{rail}/callbacks' --data rails.jsonl`
