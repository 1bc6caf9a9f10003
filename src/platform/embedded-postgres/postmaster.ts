import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Fault } from '../faults/index.ts'

export type Postmaster = {
  readonly pid: number
  readonly startedAtMs: number
  readonly port: number
  readonly socketDirectory: string
  readonly ready: boolean
  /** The file's text before the line that changes. It identifies the server. */
  readonly identity: string
}

const run = promisify(execFile)
const pollMs = 5
/** A process's start and the one in postmaster.pid are both in whole seconds. */
const startToleranceMs = 5_000
/** The kernel counts a process's start in hundredths of a second, on every platform Node runs on. */
const ticksPerSecond = 100

/** Undefined when the file is missing or not yet complete. */
export async function readPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n')
  const [pid, , startedAt, port, socketDirectory] = lines
  if (!pid || !startedAt || !port || socketDirectory === undefined) return undefined
  return {
    pid: Number(pid),
    startedAtMs: Number(startedAt) * 1_000,
    port: Number(port),
    socketDirectory,
    ready: lines[7]?.trim() === 'ready',
    identity: lines.slice(0, 7).join('\n'),
  }
}

/** A process with another start time is another one: ids are reused, and after a reboot often for similar processes. */
export async function isAlive(postmaster: Postmaster): Promise<boolean> {
  if (!exists(postmaster.pid)) return false
  const startedAtMs = await processStartedAtMs(postmaster.pid)
  return startedAtMs !== undefined && Math.abs(startedAtMs - postmaster.startedAtMs) <= startToleranceMs
}

export async function waitUntilGone(postmaster: Postmaster, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (await isAlive(postmaster)) {
    if (performance.now() > deadline) return false
    await sleep(pollMs)
  }
  return true
}

export async function poll<Value>(
  done: () => Promise<Value | undefined>,
  timeoutMs: number,
): Promise<Value | undefined> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await done()
    if (value !== undefined || performance.now() > deadline) return value
    await sleep(pollMs)
  }
}

/** SIGINT writes everything out. SIGQUIT leaves that to the next start's recovery. SIGKILL ends a hanging server. */
export async function stopPostmaster(postmaster: Postmaster, fastTimeoutMs: number): Promise<void> {
  const immediateTimeoutMs = 3_000
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', fastTimeoutMs],
    ['SIGQUIT', immediateTimeoutMs],
    ['SIGKILL', immediateTimeoutMs],
  ]
  for (const [signal, timeoutMs] of steps) {
    if (!(await isAlive(postmaster))) return
    try {
      process.kill(postmaster.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw error
    }
    if (await waitUntilGone(postmaster, timeoutMs)) return
  }
  throw new Fault({
    code: 'embedded_postgres_timeout',
    message: `The PostgreSQL with the process number ${postmaster.pid} cannot be stopped.`,
    retryable: true,
  })
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function processStartedAtMs(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    }).catch(() => ({ stdout: '' }))
    return stdout.trim() === '' ? undefined : Date.parse(`${stdout.trim()} UTC`)
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return undefined
  // The name, in parentheses, may hold spaces. The fields after it are state (3) … start time (22).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie. Without an init process that reaps it, it stays one forever.
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  return (await bootedAtMs()) + (Number(fields[19]) * 1_000) / ticksPerSecond
}

async function bootedAtMs(): Promise<number> {
  const line = (await readFile('/proc/stat', 'utf8')).split('\n').find((candidate) => candidate.startsWith('btime '))
  return Number(line?.slice('btime '.length)) * 1_000
}
