import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { type Program, until } from '#testing'
import { ownersOf, quick, test } from '../../../test/support/embedded-place.ts'
import { openDatabase } from '../postgres/index.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { isAlive, readPostmaster } from './postmaster.ts'

async function stopElsewhere(running: Program): Promise<void> {
  running.child.stdin?.write('stop\n')
  expect(await running.line()).toBe('{"stopped":true}')
}

test.concurrent('runs durable, tuned, in UTF-8 with the order of code points, and keeps its data in the directory', async ({
  place,
}) => {
  const { directory, start, open } = place
  const database = open(await start({ settings: {} }))
  const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'jit', 'wal_level', 'max_wal_size', 'TimeZone']
  const shown = await Promise.all(names.map((name) => database.query<object>({ text: `show "${name}"` })))
  expect(shown.map((rows) => Object.values(rows[0] ?? {})[0])).toEqual([
    'on',
    'on',
    'on',
    'off',
    'replica',
    '4GB',
    'UTC',
  ])
  const [made] = await database.query<{ encoding: string; collate: string }>({
    text: `select pg_encoding_to_char(encoding) as encoding, datcollate as collate
             from pg_database where datname = current_database()`,
  })
  expect(made).toEqual({ encoding: 'UTF8', collate: 'C' })
  await database.query({ text: 'create extension pg_stat_statements' })
  await database.query({ text: 'select count(*) from pg_stat_statements' })
  expect((await readFile(join(directory, 'postgres', 'PG_VERSION'), 'utf8')).trim()).toBe('18')
})

test.concurrent('works in a deep directory with spaces and letters of any script, given as a relative path', async ({
  place,
}) => {
  const { directory, start, open, startElsewhere } = place
  const at = join(directory, 'मुनीम का घर', 'it\'s \\ 100% "ours"', 'd'.repeat(120))
  await mkdir(at, { recursive: true })
  const { running, said } = await startElsewhere({ directory: '.', cwd: at })
  const database = openDatabase(said.connection)
  await database.query({ text: 'create table kept (n int)' })
  await database.close()
  await stopElsewhere(running)
  expect(await readdir(join(at, 'postgres'))).toContain('PG_VERSION')
  const again = await start({ directory: at })
  expect(await open(again).query({ text: 'select n from kept' })).toEqual([])
})

test.concurrent('lets only the user who started it and root connect', async ({ place, skip }) => {
  const { directory, start } = place
  if (process.getuid?.() !== 0) return skip('needs root, to be somebody else')
  const server = await start()
  const { uid, gid } = await stat(join(directory, 'postgres'))
  const knock = (uid: number, gid: number) =>
    new Promise<string>((resolve) => {
      const code = `import('node:net').then(({ connect }) => {
        const socket = connect('${server.connection.host}/.s.PGSQL.5432')
        socket.on('error', (error) => console.log(error.code))
        socket.on('data', (answer) => { console.log(answer.toString('latin1')); socket.destroy() })
        const words = Buffer.from('user\\0munim\\0database\\0postgres\\0\\0')
        const head = Buffer.alloc(8)
        head.writeInt32BE(8 + words.length, 0)
        head.writeInt32BE(196608, 4)
        socket.write(Buffer.concat([head, words]))
      })`
      const child = spawn('/proc/self/exe', ['-e', code], { uid, gid, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] })
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      child.on('error', (error) => resolve(String(error)))
      child.on('close', () => resolve(said))
    })
  expect(await knock(0, 0)).toMatch(/^R/)
  // Another user does not even reach the socket. The server's own account does and is rejected.
  expect(await knock(1, 1)).toBe('EACCES\n')
  expect(await knock(uid, gid)).toContain('C28000')
})

test.concurrent('retries while a start fails, and gives up at once on a fault that does not pass by itself', async ({
  place,
}) => {
  const { directory, start, postmaster } = place
  const said: string[] = []
  const failures: string[] = []
  const server = await start({
    onLog: (sentence) => said.push(sentence),
    onFailure: (fault) => failures.push(fault.code),
  })
  const control = join(directory, 'postgres', 'global', 'pg_control')
  await rename(control, `${control}.away`)
  process.kill((await postmaster()).pid, 'SIGKILL')
  await until(() => said.some((sentence) => sentence.includes('is tried again')), 30_000)
  await rename(`${control}.away`, control)
  await until(async () => (await ownersOf(server)) === 1)
  expect(failures).toEqual([])
  await writeFile(join(directory, 'postgres', 'PG_VERSION'), '12\n')
  process.kill((await postmaster()).pid, 'SIGKILL')
  await until(() => failures.length > 0)
  expect(failures).toEqual(['data_directory_version'])
})

test.concurrent('waits for data that vanished to come back, and makes no empty database in its place', async ({
  place,
}) => {
  const { directory, start, open, postmaster } = place
  const said: string[] = []
  const failures: string[] = []
  const server = await start({
    onLog: (sentence) => said.push(sentence),
    onFailure: (fault) => failures.push(fault.code),
  })
  await open(server).query({ text: 'create table kept (n integer)' })
  const data = join(directory, 'postgres')
  const killed = await postmaster()
  await rename(data, `${data}.away`)
  process.kill(killed.pid, 'SIGKILL')
  const lost = 'is not there any more'
  await until(
    async () => said.some((sentence) => sentence.includes(lost)) || (await ownersOf(server).catch(() => 0)) === 1,
  )
  expect(said.join()).toContain(lost)
  await rename(`${data}.away`, data)
  await until(async () => (await ownersOf(server).catch(() => 0)) === 1)
  expect(await open(server).query({ text: 'select n from kept' })).toEqual([])
  expect(failures).toEqual([])
})

test.concurrent('refuses a directory that another program, or another part of this one, runs on', async ({ place }) => {
  const { directory, start, open, startElsewhere } = place
  const { running } = await startElsewhere()
  await expect(startEmbeddedPostgres({ directory, settings: quick })).rejects.toMatchObject({
    code: 'data_directory_in_use',
    message: `${directory} is in use by another Munim (process ${running.child.pid}); stop it first, or give another data directory.`,
  })
  await stopElsewhere(running)
  const server = await start()
  await expect(startEmbeddedPostgres({ directory, settings: quick })).rejects.toMatchObject({
    code: 'data_directory_in_use',
  })
  expect(await open(server).query({ text: 'select 1 as n' })).toEqual([{ n: 1 }])
})

test.concurrent('gives a new directory to one of several programs that start at once', async ({ place }) => {
  const { directory, startElsewhere } = place
  const programs = await Promise.all(Array.from({ length: 4 }, () => startElsewhere()))
  const winners = programs.filter(({ said }) => said.connection !== undefined)
  const losers = programs.filter(({ said }) => said.code === 'data_directory_in_use')
  expect([winners.length, losers.length]).toEqual([1, 3])
  expect((await readdir(directory)).filter((name) => name.includes('partial'))).toEqual([])
  for (const { running } of winners) await stopElsewhere(running)
})

test.concurrent('stop leaves nothing behind, twice as well as once, and a server that hangs is killed', async ({
  place,
}) => {
  const { directory, start, postmaster } = place
  const server = await start({ stopTimeoutMs: 200 })
  const { host } = server.connection
  const running = await postmaster()
  process.kill(running.pid, 'SIGSTOP')
  await Promise.all([server.stop(), server.stop()])
  expect(await isAlive(running)).toBe(false)
  await expect(stat(host)).rejects.toMatchObject({ code: 'ENOENT' })
  const again = await start()
  await again.stop()
  await expect(readPostmaster(join(directory, 'postgres'))).resolves.toBe(undefined)
})

test.concurrent('tells files whose owner or mode has changed from those of an older copy', async ({ place }) => {
  const { directory, start } = place
  const [data, older] = [join(directory, 'postgres'), join(directory, 'older')]
  const [note, olderNote] = [join(directory, 'postgres.stopped'), join(directory, 'older.stopped')]
  const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to])
  const run = async (change: () => Promise<unknown> = async () => undefined) => {
    const { files, stop } = await start()
    expect(await stat(note).catch(() => undefined)).toBe(undefined)
    await stop()
    await change()
    return files
  }
  expect(await run(() => Promise.all([copy(data, older), copy(note, olderNote)]))).toBe(undefined)
  expect(await run(() => chmod(join(data, 'PG_VERSION'), 0o640))).toBe('same')
  expect(await run(() => copy(`${older}/.`, data))).toBe('same')
  // A note that was copied with the data proves nothing, even in the place of the later one.
  const both = () => Promise.all([copy(`${older}/.`, data), copy(olderNote, note)])
  expect(await run(both)).toBe('older')
  expect(await run(() => rm(note))).toBe(undefined)
  expect(await run()).toBe(undefined)
})
