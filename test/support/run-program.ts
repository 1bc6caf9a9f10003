import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const programs = fileURLToPath(new URL('./programs', import.meta.url))

export type Program = {
  readonly child: ChildProcess
  readonly line: () => Promise<string | undefined>
  /** Default: SIGKILL. Waits for the end. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  readonly complaints: () => string
}

/** Runs a program of `test/support/programs`. Only root can set `uid`, to a user that can reach the sources. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: {
    readonly uid?: number
    readonly gid?: number
    readonly cwd?: string
    readonly env?: NodeJS.ProcessEnv
  } = {},
): Program {
  const child = spawn(process.execPath, ['--conditions=munim-source', join(programs, `${name}.ts`), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options,
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let complaints = ''
  // Another user may be unable to start Node at its path; then there are no lines.
  child.on('error', (error) => {
    complaints += `${error.message}\n`
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    line: async () => (await lines.next()).value,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal)
      await ended
    },
    complaints: () => complaints,
  }
}
