import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { chown, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres'
import { migrate, openDatabase } from '#platform/postgres'
import { migratedModules } from './migrated-modules.ts'

/** An address whose server can be replaced by a copy that lacks the latest commits, and whose connections go silent. */
export type SwitchingServers = {
  readonly connection: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly database: string
  }
  readonly direct: () => EmbeddedPostgres['connection']
  readonly copy: () => Promise<void>
  /** The current server ends and the copy takes its place: commits since the copy are lost. */
  readonly switchToCopy: () => Promise<void>
  /** The copy takes the address; the current server continues for connected clients. */
  readonly divertToCopy: () => Promise<void>
  /** Existing connections pass no more bytes, and neither side gets an error; new connections work. */
  readonly freeze: () => void
  readonly stop: () => Promise<void>
}

const run = promisify(execFile)
const settings = {
  ...{ fsync: 'off', shared_buffers: '64MB', autovacuum: 'off', max_connections: '100' },
  // WAL files are kept until they have been copied.
  ...{ max_wal_size: '4GB', wal_keep_size: '2GB' },
}
let made = 0
let template: Promise<string> | undefined

/** The directory of a stopped server with every migration, made once by a process. To copy it is much less work. */
async function makeTemplate(): Promise<string> {
  const directory = join(tmpdir(), `munim-switching-${process.pid}-template`)
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const server = await startEmbeddedPostgres({ directory, settings })
  const database = openDatabase(server.connection)
  await migrate(database, await migratedModules())
  await database.close()
  await server.stop()
  return directory
}

export async function startSwitchingServers(): Promise<SwitchingServers> {
  made += 1
  const base = join(tmpdir(), `munim-switching-${process.pid}-${made}`)
  const directoryOf = (number: number) => `${base}-${number}`
  let number = 0
  const left: EmbeddedPostgres[] = []
  template ??= makeTemplate()
  await run('cp', ['-a', await template, directoryOf(number)])
  let server = await startEmbeddedPostgres({ directory: directoryOf(number), settings })
  const { user, database } = server.connection
  const way = await startWay()
  const socketOf = ({ host, port }: EmbeddedPostgres['connection']) => join(host, `.s.PGSQL.${port}`)
  way.leadTo(socketOf(server.connection))

  return {
    connection: { host: '127.0.0.1', port: way.port, user, database },
    direct: () => server.connection,
    copy: async () => {
      const admin = openDatabase({ ...server.connection, connectionsMax: 1, statementTimeoutMs: 60_000 })
      const session = await admin.session('copying', { deadlineMs: null })
      await session.query({ text: "select pg_backup_start('copy', true)" })
      const [from, to] = [directoryOf(number), directoryOf(number + 1)]
      // Files may disappear while they are being copied; the WAL makes up for it.
      await run('cp', ['-a', from, to]).catch(() => undefined)
      const [stop] = await session.query<{ labelfile: string }>({ text: 'select labelfile from pg_backup_stop(false)' })
      await run('cp', ['-a', join(from, 'postgres', 'pg_wal'), join(to, 'postgres')]).catch(() => undefined)
      await rm(join(to, 'postgres', 'postmaster.pid'), { force: true })
      const label = join(to, 'postgres', 'backup_label')
      await writeFile(label, stop?.labelfile ?? '')
      const { uid, gid } = await stat(join(to, 'postgres', 'PG_VERSION'))
      await chown(label, uid, gid)
      await session.close()
      await admin.close()
    },
    switchToCopy: async () => {
      way.leadTo(undefined)
      way.cut()
      await server.stop()
      await rm(directoryOf(number), { recursive: true, force: true })
      number += 1
      server = await startEmbeddedPostgres({ directory: directoryOf(number), settings })
      way.leadTo(socketOf(server.connection))
    },
    divertToCopy: async () => {
      left.push(server)
      number += 1
      server = await startEmbeddedPostgres({ directory: directoryOf(number), settings })
      way.leadTo(socketOf(server.connection))
    },
    freeze: way.freeze,
    stop: async () => {
      await way.stop()
      for (const one of [...left, server]) await one.stop()
      for (let one = 0; one <= number + 1; one += 1) await rm(directoryOf(one), { recursive: true, force: true })
    },
  }
}

/** TCP in front of a Unix socket that may be exchanged. */
async function startWay() {
  let end: string | undefined
  let generation = 0
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const listener = createServer((client) => {
    keep(client)
    if (end === undefined) {
      client.destroy()
      return
    }
    const own = generation
    const upstream = connect(end)
    keep(upstream)
    const isHeard = () => own === generation
    client.on('data', (chunk) => isHeard() && upstream.write(chunk))
    upstream.on('data', (chunk) => isHeard() && client.write(chunk))
    client.on('close', () => isHeard() && upstream.destroy())
    upstream.on('close', () => isHeard() && client.destroy())
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (listener.address() as AddressInfo).port,
    leadTo: (socket: string | undefined) => {
      end = socket
    },
    freeze: () => {
      generation += 1
    },
    cut,
    stop: async () => {
      cut()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
