import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const programs = fileURLToPath(new URL('./programs', import.meta.url))

/** A program of the project, running in a process of its own. */
export type Program = {
  readonly child: ChildProcess
  /** The next line it prints, or undefined when it ended. */
  readonly line: () => Promise<string | undefined>
  /** Kills it (default SIGKILL) and waits for its end. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  /** Its standard error so far. */
  readonly complaints: () => string
}

/**
 * Runs a program of `test/support/programs`, from the sources. `uid` runs it as another user. Only root can do that,
 * and only where that user can reach the sources.
 */
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
