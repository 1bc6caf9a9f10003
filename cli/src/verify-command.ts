import type { VerificationResult } from '@munim/sdk'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { createProgressBar } from './progress.ts'
import { formatCount, type Output, printable, styled, type Terminal, toJson, write } from './terminal.ts'

/** Exits with code 1 when a check fails. */
export function addVerifyCommand(program: Command, terminal: Terminal, setExitCode: (code: number) => void): void {
  withConnection(program.command('verify'))
    .description('check the promises and the hash chain over the whole database')
    .addHelpText('after', verifyHelp)
    .action(async (options: ConnectionOptions) => {
      const bar = createProgressBar(terminal, () => performance.now())
      const munim = connect(options, { timeoutMs: 300_000 })
      try {
        const result = await munim.verification.run({
          onProgress: ({ check, done, total }) => bar.show({ done, total: total ?? 0 }, check),
        })
        bar.clear()
        await write(terminal.stdout, options.json ? `${toJson(result)}\n` : formatReport(terminal.stdout, result))
        if (!result.ok) setExitCode(1)
      } finally {
        bar.clear()
      }
    })
}

export function formatReport(stream: Pick<Output, 'isTTY'>, result: VerificationResult): string {
  const lines = result.checks.flatMap((check) => [
    `${check.ok ? styled(stream, 'green', 'ok    ') : styled(stream, 'red', 'WRONG ')} ${printable(check.name)} (${formatCount(check.checked)} checked)`,
    ...check.findings.map((finding) => `       - ${printable(finding)}`),
  ])
  const wrong = result.checks.filter((check) => !check.ok).length
  const end = result.ok
    ? 'The books are in order'
    : `The books are NOT in order: ${wrong} of ${result.checks.length} checks failed`
  const head =
    result.head === null
      ? []
      : [
          `Hash chain up to block ${result.head.number}: ${printable(result.head.hash)} (note it elsewhere to compare later)`,
        ]
  return `${[...lines, ...head, `${end} (${result.seconds.toFixed(1)} s).`].join('\n')}\n`
}

const verifyHelp = `
Needs an operator key. Exit code 0: everything holds. 1: something is off, and the report says what and
where; or the check could not be made.`
