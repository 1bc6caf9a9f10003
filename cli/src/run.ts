import { type Command, CommanderError } from 'commander'
import { addAccountCommands } from './accounts-commands.ts'
import { addApprovalsCommands } from './approvals-commands.ts'
import { addAuditCommands } from './audit-commands.ts'
import { addCasesCommands } from './cases-commands.ts'
import { addCertsCommands } from './certs-commands.ts'
import { addConsumerCommands } from './consumers-commands.ts'
import { addDisputeCommands } from './disputes-commands.ts'
import { addExportCommands } from './export-command.ts'
import { describeFailure, failureAsJson } from './failure.ts'
import { addImportCommands } from './import-command.ts'
import { addKeyCommands } from './keys-commands.ts'
import { addLimitsCommands } from './limits-commands.ts'
import { addLoginCommands } from './login-commands.ts'
import { addOauthCommands } from './oauth-commands.ts'
import { addPaymentCommands } from './payments-commands.ts'
import { addPayoutCommands } from './payouts-commands.ts'
import { addPeopleCommands } from './people-commands.ts'
import { PlainCommand } from './plain-command.ts'
import { addRailSimulatorCommand } from './rail-simulator-command.ts'
import { addRailCommands } from './rails-commands.ts'
import { addSecretsCommands } from './secrets-commands.ts'
import { addStartCommand } from './start-command.ts'
import { styled, type Terminal, toJson } from './terminal.ts'
import { addTransferCommands } from './transfers-commands.ts'
import { addVerifyCommand } from './verify-command.ts'

export type RunOptions = {
  readonly serverEntry?: string
  readonly simulatorEntry?: string
  readonly version?: string
  readonly terminal?: Terminal
}

/** Resolves with the exit code. It never throws: a failure is one line on stderr. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<number> {
  const terminal = options.terminal ?? process
  let exitCode = 0
  // The next write reports the error. Without a listener, a closed reader would be an uncaught error.
  terminal.stdout.on('error', () => undefined)
  const asJson = argv.includes('--json')
  const program = createProgram(terminal, { ...options, asJson }, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      if (asJson && error.exitCode !== 0) terminal.stderr.write(`${toJson(usageAsJson(error))}\n`)
      return error.exitCode
    }
    if (isClosedPipe(error)) return 0
    const line = asJson
      ? toJson(failureAsJson(error))
      : `${styled(terminal.stderr, 'red', 'munim:')} ${describeFailure(error)}`
    terminal.stderr.write(`${line}\n`)
    return 1
  }
}

function usageAsJson({ message }: CommanderError): object {
  return { error: { code: 'usage', message: message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ') } }
}

function createProgram(
  terminal: Terminal,
  options: RunOptions & { readonly asJson: boolean },
  setExitCode: (code: number) => void,
): Command {
  const program = new PlainCommand('munim')
    .description('Munim: the payments back office a company runs itself')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => void (options.asJson || terminal.stderr.write(text)),
      getOutHasColors: () => terminal.stdout.isTTY === true && !process.env.NO_COLOR,
      getErrHasColors: () => terminal.stderr.isTTY === true && !process.env.NO_COLOR,
    })
    .configureHelp({ styleTitle: (title) => styled(terminal.stdout, 'bold', title) })
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText('after', programExample)
  if (options.version !== undefined) program.version(options.version)
  addStartCommand(program, options.serverEntry)
  addRailSimulatorCommand(program, options.simulatorEntry)
  addImportCommands(program, terminal, setExitCode)
  addExportCommands(program, terminal)
  addVerifyCommand(program, terminal, setExitCode)
  addAccountCommands(program, terminal)
  addTransferCommands(program, terminal)
  addCasesCommands(program, terminal)
  addPaymentCommands(program, terminal)
  addPayoutCommands(program, terminal)
  addDisputeCommands(program, terminal)
  addRailCommands(program, terminal)
  addConsumerCommands(program, terminal)
  addKeyCommands(program, terminal)
  addCertsCommands(program, terminal)
  addSecretsCommands(program, terminal)
  addLimitsCommands(program, terminal)
  addOauthCommands(program, terminal)
  addApprovalsCommands(program, terminal)
  addAuditCommands(program, terminal, setExitCode)
  addLoginCommands(program, terminal)
  addPeopleCommands(program, terminal)
  return program
}

/** The reader has closed the output, as `head` does. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}

const programExample = `
Examples:
  $ munim start
  $ munim accounts create equity:opening --asset USD --min-available none
  $ munim payments create --source customers:42:wallet --destination merchants:7 --amount 12.50 --asset USD
  $ munim import transfers day.csv --asset USD --source 'node:{from}' --destination 'node:{to}' --amount '{value}'
  $ munim verify

To a server that asks for a certificate, every command takes --tls-cert, --tls-key and --tls-ca
(MUNIM_TLS_CERT, MUNIM_TLS_KEY, MUNIM_TLS_CA).`
