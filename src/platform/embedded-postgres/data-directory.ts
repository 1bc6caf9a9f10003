import { spawn } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../faults/index.ts'
import { canReach, chooseServerAccount, type ServerAccount } from './server-account.ts'
import type { ServerBinaries } from './server-binaries.ts'
import { accessRules, renderAdmitted, renderSettings, type ServerSettings } from './server-settings.ts'
import { diskFull, storageFault } from './storage-fault.ts'

export type DataDirectory = {
  /** Without symbolic links. */
  readonly directory: string
  readonly data: string
  readonly log: string
  readonly account: ServerAccount
  readonly dataForServer: string
}

const mebibyte = 1024 * 1024
/** A new database is about 40 MB, of which 16 MB are the first file of its log. */
const firstStartMb = 64
/** A start writes little, but a server that runs out of disk space at once is useless. */
const warmStartMb = 16
const initTimeoutMs = 60_000
const logBytesMax = 8 * mebibyte
export const databaseRole = 'munim'
let partials = 0

/** Creates the directory if necessary. Faults: `data_directory_unwritable`, `disk_full`, `server_account_missing`. */
export async function openDataDirectory(wanted: string): Promise<DataDirectory> {
  const account = await chooseServerAccount(join(wanted, 'postgres'))
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 })
    const directory = await realpath(wanted)
    const log = join(directory, 'postgres.log')
    await rotateLog(log)
    await (await open(log, 'a', 0o600)).close()
    const data = join(directory, 'postgres')
    return { directory, data, log, account, dataForServer: await pathForServer(account, data) }
  } catch (error) {
    throw storageFault(error, wanted)
  }
}

export async function checkRoom(where: DataDirectory, first: boolean): Promise<void> {
  const neededMb = first ? firstStartMb : warmStartMb
  const { bavail, bsize } = await statfs(where.directory)
  if (bavail * bsize < neededMb * mebibyte) throw diskFull(where.directory, { neededMb })
}

/** False when the directory is missing or empty. Another version, other contents and another owner are faults. */
export async function holdsDatabase(where: DataDirectory, binaries: ServerBinaries): Promise<boolean> {
  try {
    const names = await readdir(where.data)
    if (names.length === 0) return false
    const owner = (await stat(where.data)).uid
    const version = (await readFile(join(where.data, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
    if (version === '') {
      throw new Fault({
        code: 'data_directory_foreign',
        message: `${where.data} holds something else than a PostgreSQL database; give another data directory.`,
        retryable: false,
      })
    }
    if (version !== String(binaries.major)) {
      throw new Fault({
        code: 'data_directory_version',
        message: `${where.data} was written by PostgreSQL ${version}, this is PostgreSQL ${binaries.major}; dump it with the former and load it here, or give another data directory.`,
        retryable: false,
      })
    }
    if (owner !== where.account.uid) {
      throw new Fault({
        code: 'data_directory_unwritable',
        message: `${where.data} belongs to the user with the number ${owner}; only that user or root can start it.`,
        retryable: false,
      })
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw storageFault(error, where.directory)
  }
}

/** Created beside its place and then moved, so that it is always complete. An earlier one of another process stays. */
export async function createDatabaseFiles(
  where: DataDirectory,
  binaries: ServerBinaries,
  durable: boolean,
): Promise<void> {
  partials += 1
  const partial = `${where.data}.partial-${process.pid}-${partials}`
  try {
    await removeAbandoned(where)
    await mkdir(partial, { mode: 0o700 })
    if (where.account.borrowed) await chown(partial, where.account.uid, where.account.gid)
    await runInitdb(where, binaries, partial, durable)
    await rename(partial, where.data).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } catch (error) {
    // initdb reports a full disk only in words; this check reports it in numbers.
    await checkRoom(where, true)
    throw storageFault(error, where.directory)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

export function configurationOf(
  where: DataDirectory,
  binaries: ServerBinaries,
  settings: ServerSettings,
): { current: () => Promise<boolean>; write: () => Promise<void> } {
  const files: [string, string][] = [
    ['postgresql.conf', renderSettings(settings, binaries.version)],
    ['pg_hba.conf', accessRules],
    ['pg_ident.conf', renderAdmitted(where.account.admitted, databaseRole)],
  ]
  return {
    current: async () => {
      for (const [name, text] of files) {
        if ((await readFile(join(where.data, name), 'utf8').catch(() => undefined)) !== text) return false
      }
      return true
    },
    write: async () => {
      try {
        for (const [name, text] of files) {
          const path = join(where.data, name)
          await writeFile(path, text)
          await chmod(path, 0o600)
          if (where.account.borrowed) await chown(path, where.account.uid, where.account.gid)
        }
      } catch (error) {
        throw storageFault(error, where.directory)
      }
    },
  }
}

/** No setting of the caller's (PGDATA, PGPORT, LC_ALL …) may reach a child process. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' }
}

/** In its working directory the server needs no access to parents, which may be closed to it, such as root's home. */
async function pathForServer(account: ServerAccount, data: string): Promise<string> {
  if (await canReach(account, data)) return data
  if (process.platform === 'linux') return '/proc/self/cwd'
  throw new Fault({
    code: 'data_directory_unwritable',
    message: `PostgreSQL cannot run as root, and no other user can reach ${data}; give a data directory that others may pass to, or run as another user.`,
    retryable: false,
  })
}

async function runInitdb(where: DataDirectory, binaries: ServerBinaries, at: string, durable: boolean): Promise<void> {
  const { account } = where
  const child = spawn(
    binaries.initdb,
    [
      ['-D', where.dataForServer === where.data ? at : where.dataForServer],
      ['-U', databaseRole, '--auth=peer', '--encoding=UTF8', '--locale=C', '--no-instructions'],
      durable ? [] : ['--no-sync'],
    ].flat(),
    {
      cwd: at,
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: initTimeoutMs,
      killSignal: 'SIGKILL',
      ...(account.borrowed ? { uid: account.uid, gid: account.gid } : {}),
    },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject).on('close', (...end) => resolve(end))
  }).catch((error: Error) => {
    throw cannotRun(binaries.initdb, error)
  })
  if (code === 0) return
  throw new Fault({
    code: signal === 'SIGKILL' ? 'embedded_postgres_timeout' : 'embedded_postgres_failed',
    message: `PostgreSQL could not make a database in ${where.directory}: ${lastSentence(said) || `initdb ended with ${signal ?? code}`}`,
    retryable: false,
  })
}

/** For example, the binary was built for another C library. */
export function cannotRun(binary: string, cause: Error): Fault {
  return new Fault({
    code: 'embedded_postgres_missing',
    message: `The embedded PostgreSQL cannot run on this system (${(cause as NodeJS.ErrnoException).code}: ${binary}); set DATABASE_URL to a PostgreSQL 15 or later.`,
    retryable: false,
    cause,
  })
}

export function lastSentence(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const complaint = /\b(?:FATAL|PANIC|error):\s+(.*)/
  const last = lines.findLast((line) => complaint.test(line)) ?? lines.at(-1) ?? ''
  return (complaint.exec(last)?.[1] ?? last).trim()
}

async function removeAbandoned(where: DataDirectory): Promise<void> {
  const prefix = 'postgres.partial-'
  for (const name of await readdir(where.directory)) {
    if (!name.startsWith(prefix)) continue
    if (isRunning(Number.parseInt(name.slice(prefix.length), 10))) continue
    await rm(join(where.directory, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function rotateLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (stats) => stats.size,
    () => 0,
  )
  if (size > logBytesMax) await rename(log, `${log}.1`)
}
