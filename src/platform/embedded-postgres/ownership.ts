import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { databaseFault, Fault } from '../faults/index.ts'
import { type DataDirectory, databaseRole } from './data-directory.ts'
import type { Postmaster } from './postmaster.ts'

/** An advisory lock on an open connection. The server ends the ownership when the owner dies, even by a kill. */
export type Ownership = {
  readonly ended: Promise<void>
  readonly query: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>
  readonly release: () => Promise<void>
}

/** "munim" in ASCII; in the database `postgres`, where no other program takes locks. */
const ownerLock = 470_021_073_261
const answerTimeoutMs = 3_000
const lockPollMs = 20
/** A server needs a moment to notice that its last owner died. */
const adoptionMs = 500
/** The name of owners' connections, followed by their process id. */
export const ownerName = 'munim owner'
/** The server answers, but is starting, stopping, or ending this connection. */
const turnedAwayStates = new Set(['57P01', '57P02', '57P03'])

/** Undefined when the server does not answer or is of another data directory. Throws `data_directory_in_use`. */
export async function takeOwnership(where: DataDirectory, postmaster: Postmaster): Promise<Ownership | undefined> {
  const deadline = performance.now() + answerTimeoutMs
  for (;;) {
    const end = await tryToTakeOwnership(where, postmaster)
    if (end !== 'not now') return end
    if (performance.now() > deadline) return undefined
    await sleep(lockPollMs)
  }
}

async function tryToTakeOwnership(
  where: DataDirectory,
  postmaster: Postmaster,
): Promise<Ownership | undefined | 'not now'> {
  const client = new pg.Client({
    host: postmaster.socketDirectory,
    port: postmaster.port,
    user: databaseRole,
    database: 'postgres',
    application_name: `${ownerName} ${process.pid}`,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  })
  const ended = new Promise<void>((resolve) => {
    client.on('end', resolve)
    client.on('error', () => resolve())
  })
  try {
    await client.connect()
    if (!(await isServerOf(client, where))) {
      await client.end()
      return undefined
    }
    await takeLock(client, where)
  } catch (error) {
    client.end().catch(() => undefined)
    if (error instanceof Fault) throw error
    const state = (error as { code?: string }).code ?? ''
    // Too many connections: the server is healthy and in use by another program.
    if (state === '53300') throw inUse(where, undefined)
    return turnedAwayStates.has(state) ? 'not now' : undefined
  }
  // This connection does not keep the program from ending.
  const stream = (client as unknown as { connection: { stream: { unref(): void } } }).connection.stream
  stream.unref()
  return {
    ended,
    query: async (text, values = []) =>
      (await client.query<Record<string, unknown>>(text, [...values]).catch(databaseFault)).rows,
    release: () => client.end(),
  }
}

/** The server reads the file within its own data directory, so no other server can show the same text. */
async function isServerOf(client: pg.Client, where: DataDirectory): Promise<boolean> {
  const answer = await client.query<{ text: string }>("select pg_read_file('postmaster.pid') as text")
  return answer.rows[0]?.text === (await readFile(join(where.data, 'postmaster.pid'), 'utf8'))
}

async function takeLock(client: pg.Client, where: DataDirectory): Promise<void> {
  const deadline = performance.now() + adoptionMs
  for (;;) {
    const answer = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [ownerLock])
    if (answer.rows[0]?.taken) return
    if (performance.now() > deadline) break
    await sleep(lockPollMs)
  }
  const holder = await client.query<{ name: string }>(
    `select activity.application_name as name
       from pg_locks lock join pg_stat_activity activity using (pid)
      where lock.locktype = 'advisory' and lock.granted
        and (lock.classid::bigint << 32) + lock.objid::bigint = $1`,
    [ownerLock],
  )
  throw inUse(where, holder.rows[0]?.name.slice(ownerName.length).trim())
}

function inUse(where: DataDirectory, pid: string | undefined): Fault {
  return new Fault({
    code: 'data_directory_in_use',
    message: `${where.directory} is in use by another Munim${pid === undefined ? '' : ` (process ${pid})`}; stop it first, or give another data directory.`,
    retryable: false,
  })
}
