import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../faults/index.ts'
import {
  cannotRun,
  checkRoom,
  configurationOf,
  createDatabaseFiles,
  type DataDirectory,
  holdsDatabase,
  lastSentence,
  serverEnvironment,
} from './data-directory.ts'
import { type Ownership, takeOwnership } from './ownership.ts'
import { isAlive, type Postmaster, poll, readPostmaster, stopPostmaster } from './postmaster.ts'
import type { ServerBinaries } from './server-binaries.ts'
import type { ServerSettings } from './server-settings.ts'
import { makeSocketDirectory, removeSocketDirectory, removeSocketFiles } from './socket-directory.ts'
import { storageFault } from './storage-fault.ts'

export type Plan = {
  readonly where: DataDirectory
  readonly binaries: ServerBinaries
  readonly settings: ServerSettings
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  readonly say: (sentence: string) => void
}

export type Running = { readonly postmaster: Postmaster; readonly ownership: Ownership; readonly adopted: boolean }

/** How long a start is retried while processes of a killed server still hold its memory. */
const remainsTimeoutMs = 15_000
const remainsPollMs = 100
const slowStartMs = 3_000
const hangingTimeoutMs = 1_000

/**
 * Brings up our server from any state: no database, stopped, killed, or an orphan of an earlier program. An orphan is
 * adopted when it answers and has the wanted settings. `socketDirectory` is given when clients already know it.
 */
export async function bringUp(plan: Plan, socketDirectory?: string): Promise<Running> {
  const deadline = performance.now() + plan.startTimeoutMs
  const remainsDeadline = performance.now() + remainsTimeoutMs
  for (;;) {
    const found = await look(plan)
    if (found?.alive) {
      const adopted = await adopt(plan, found.postmaster, { deadline, knownDirectory: socketDirectory })
      if (adopted !== undefined) return adopted
      continue
    }
    if (found !== undefined) await clearRemains(plan, found.postmaster, socketDirectory)
    const started = await launch(plan, socketDirectory, deadline)
    if (started.kind === 'running') return started.running
    // Another process was faster, or the remains of a killed server still block the start.
    if ((await look(plan))?.alive) continue
    if (found === undefined || performance.now() > remainsDeadline) throw await startFault(plan, started.said)
    await sleep(remainsPollMs)
  }
}

async function look(plan: Plan): Promise<{ postmaster: Postmaster; alive: boolean } | undefined> {
  try {
    const postmaster = await readPostmaster(plan.where.data)
    return postmaster && { postmaster, alive: await isAlive(postmaster) }
  } catch (error) {
    throw storageFault(error, plan.where.directory)
  }
}

/** Undefined when the server was gone, or was stopped to be restarted. */
async function adopt(
  plan: Plan,
  found: Postmaster,
  { deadline, knownDirectory }: { deadline: number; knownDirectory: string | undefined },
): Promise<Running | undefined> {
  const ready = await waitUntilReady(plan, found, deadline)
  if (ready === undefined) return undefined
  const ownership = await takeOwnership(plan.where, ready)
  if (ownership !== undefined) {
    if (await configurationOf(plan.where, plan.binaries, plan.settings).current()) {
      return { postmaster: ready, ownership, adopted: true }
    }
    plan.say('A PostgreSQL left by an earlier run has other settings and is started again.')
    await stopPostmaster(ready, plan.stopTimeoutMs)
    await ownership.ended
  } else if (await isAlive(ready)) {
    plan.say('A PostgreSQL left by an earlier run does not answer and is started again.')
    // A server that does not answer will hardly shut down cleanly.
    await stopPostmaster(ready, hangingTimeoutMs)
  }
  if (ready.socketDirectory !== knownDirectory) await removeSocketDirectory(ready.socketDirectory)
  return undefined
}

/** Undefined when it ended or another server replaced it. */
async function waitUntilReady(plan: Plan, awaited: Postmaster, deadline: number): Promise<Postmaster | undefined> {
  const slow = setTimeout(() => {
    plan.say('PostgreSQL is still starting; after a crash it first replays what it had not yet written.')
  }, slowStartMs)
  try {
    const end = await poll(
      async () => {
        const now = await readPostmaster(plan.where.data)
        if (now?.pid !== awaited.pid || !(await isAlive(now))) return 'gone' as const
        return now.ready ? now : undefined
      },
      Math.max(0, deadline - performance.now()),
    )
    if (end === undefined) throw tooSlow(plan)
    return end === 'gone' ? undefined : end
  } finally {
    clearTimeout(slow)
  }
}

/**
 * PostgreSQL ignores a dead server's `postmaster.pid` unless another process of the same user now has its id. As {@link
 * isAlive} has seen that it is another process, the file is removed. The same applies to the socket's lock file, even
 * with a zombie's id. Two servers on one data directory stay impossible: their shared memory is keyed by it.
 */
async function clearRemains(plan: Plan, dead: Postmaster, socketDirectory: string | undefined): Promise<void> {
  try {
    process.kill(dead.pid, 0)
    await rm(join(plan.where.data, 'postmaster.pid'), { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw storageFault(error, plan.where.directory)
  }
  if (dead.socketDirectory !== socketDirectory) await removeSocketDirectory(dead.socketDirectory)
  else await removeSocketFiles(dead)
}

type Launched = { kind: 'running'; running: Running } | { kind: 'ended'; said: string }

async function launch(plan: Plan, knownDirectory: string | undefined, deadline: number): Promise<Launched> {
  const { where, binaries } = plan
  const first = !(await holdsDatabase(where, binaries))
  if (first && knownDirectory !== undefined) throw dataLost(plan)
  await checkRoom(where, first)
  if (first) await createDatabaseFiles(where, binaries, plan.settings.fsync !== 'off')
  await configurationOf(where, binaries, plan.settings).write()
  const socketDirectory = knownDirectory ?? (await makeSocketDirectory(where.account, where.directory))
  const server = await spawnServer(plan, socketDirectory)
  const end = await Promise.race([server.ended, waitForChild(plan, server.child, deadline)])
  if (end !== 'ended') {
    const ownership = await takeOwnership(where, end)
    if (ownership !== undefined) return { kind: 'running', running: { postmaster: end, ownership, adopted: false } }
    await stopPostmaster(end, plan.stopTimeoutMs)
  }
  if (knownDirectory === undefined) await removeSocketDirectory(socketDirectory)
  return { kind: 'ended', said: await server.said() }
}

/** An empty database would hide the loss of the data, and block its return. */
function dataLost({ where }: Plan): Fault {
  return new Fault({
    code: 'data_directory_lost',
    message: `The database that ran in ${where.directory} is not there any more; see whether its volume is mounted.`,
    retryable: false,
  })
}

async function waitForChild(plan: Plan, child: ChildProcess, deadline: number): Promise<Postmaster | 'ended'> {
  const postmaster = await poll(
    async () => {
      if (hasEnded(child)) return 'ended' as const
      const now = await readPostmaster(plan.where.data)
      return now !== undefined && now.pid === child.pid ? now : undefined
    },
    Math.max(0, deadline - performance.now()),
  )
  if (postmaster === 'ended') return 'ended'
  const ready = postmaster && (await waitUntilReady(plan, postmaster, deadline))
  if (ready === undefined) {
    if (hasEnded(child)) return 'ended'
    child.kill('SIGQUIT')
    throw tooSlow(plan)
  }
  return ready
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

/** The server has its own session, so that Ctrl-C does not stop it before this program. Its log file outlives us. */
async function spawnServer(plan: Plan, socketDirectory: string) {
  const { where, binaries } = plan
  const log = await open(where.log, 'a', 0o600)
  const from = (await log.stat()).size
  const child = spawn(
    binaries.postgres,
    ['-D', where.dataForServer, '-c', `unix_socket_directories="${socketDirectory.replaceAll('"', '""')}"`],
    {
      cwd: where.data,
      env: serverEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...(where.account.borrowed ? { uid: where.account.uid, gid: where.account.gid } : {}),
    },
  )
  const ended = new Promise<'ended'>((resolve, reject) => {
    child.on('error', (error) => reject(cannotRun(binaries.postgres, error)))
    child.on('exit', () => resolve('ended'))
  })
  await log.close()
  child.unref()
  const said = async () => (await readFile(where.log)).subarray(from).toString('utf8')
  return { child, ended, said }
}

async function startFault(plan: Plan, said: string): Promise<Fault> {
  try {
    await checkRoom(plan.where, false)
  } catch (full) {
    if (full instanceof Fault) return full
  }
  return new Fault({
    code: 'embedded_postgres_failed',
    message: `PostgreSQL did not start in ${plan.where.directory}: ${lastSentence(said) || 'it gave no reason'} (its log is ${plan.where.log}).`,
    retryable: false,
  })
}

function tooSlow(plan: Plan): Fault {
  return new Fault({
    code: 'embedded_postgres_timeout',
    message: `PostgreSQL in ${plan.where.directory} was not ready within ${plan.startTimeoutMs / 1_000} s (its log is ${plan.where.log}).`,
    retryable: true,
  })
}
