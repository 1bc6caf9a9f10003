import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { until } from '#testing'
import { ownersOf, quick, test } from '../../../test/support/embedded-place.ts'
import { openDatabase } from '../postgres/index.ts'
import { isAlive, readPostmaster } from './postmaster.ts'

test.concurrent('adopts the server that a killed program left, with its committed data', async ({ place }) => {
  const { start, open, startElsewhere, postmaster } = place
  const { running, said } = await startElsewhere()
  const before = openDatabase(said.connection)
  await before.query({ text: 'create table kept as select 1 as n' })
  await before.close()
  const orphan = await postmaster()
  await running.kill('SIGKILL')
  expect(await isAlive(orphan)).toBe(true)

  const sentences: string[] = []
  const server = await start({ onLog: (sentence) => sentences.push(sentence) })
  expect(server.adopted).toBe(true)
  expect(sentences).toEqual(['A PostgreSQL left running by an earlier run was taken over.'])
  expect((await postmaster()).pid).toBe(orphan.pid)
  expect(await open(server).query({ text: 'select n from kept' })).toEqual([{ n: 1 }])
})

test.concurrent('ends transactions of the killed program before it hands out the adopted server', async ({ place }) => {
  const { start, open, startElsewhere } = place
  const { running, said } = await startElsewhere()
  const remaining = openDatabase(said.connection)
  const session = await remaining.session('of the killed program')
  await session.query({ text: 'begin; create table unfinished (n int)' })
  await running.kill('SIGKILL')
  const server = await start()
  const [count] = await open(server).query({
    text: `select count(*) from pg_stat_activity where application_name like '%killed program'`,
  })
  expect(count).toEqual({ count: 0n })
  await expect(session.query({ text: 'commit' })).rejects.toThrow()
  await remaining.close()
})

test.concurrent('stops an orphan and starts it again when it runs with other settings', async ({ place }) => {
  const { start, open, startElsewhere, postmaster } = place
  const { running, said } = await startElsewhere()
  const orphan = await postmaster()
  await running.kill('SIGKILL')
  const server = await start({ settings: { ...quick, max_connections: '23' } })
  expect(server.adopted).toBe(false)
  expect(await isAlive(orphan)).toBe(false)
  await expect(stat(said.connection.host)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await open(server).query({ text: 'show max_connections' })).toEqual([{ max_connections: '23' }])
})

test.concurrent('kills an orphan that hangs and recovers from it', async ({ place }) => {
  const { start, open, startElsewhere, postmaster } = place
  const { running } = await startElsewhere()
  const orphan = await postmaster()
  await running.kill('SIGKILL')
  process.kill(orphan.pid, 'SIGSTOP')
  const server = await start()
  expect(server.adopted).toBe(false)
  expect(await open(server).query({ text: 'select 1 as n' })).toEqual([{ n: 1 }])
})

test.concurrent('recovers committed data when program and server are both killed', async ({ place }) => {
  const { start, open, startElsewhere, postmaster } = place
  const { running, said } = await startElsewhere()
  const before = openDatabase(said.connection)
  await before.query({ text: 'create table kept as select generate_series(1, 1000) as n' })
  await before.close()
  const killed = await postmaster()
  await running.kill('SIGKILL')
  process.kill(killed.pid, 'SIGKILL')
  const server = await start()
  expect(server.adopted).toBe(false)
  expect(await open(server).query({ text: 'select count(*) from kept' })).toEqual([{ count: 1000n }])
})

test.concurrent('restarts a server that is killed under it, at the same address', async ({ place }) => {
  const { directory, start, open, postmaster } = place
  const server = await start()
  const database = open(server)
  await database.query({ text: 'create table kept as select 1 as n' })
  const killed = await postmaster()
  process.kill(killed.pid, 'SIGKILL')
  // The dead server's own processes may answer for a moment longer.
  await expect.poll(async () => (await readPostmaster(join(directory, 'postgres')))?.pid).not.toBe(killed.pid)
  await expect.poll(() => database.query({ text: 'select n from kept' }).catch(() => undefined)).toEqual([{ n: 1 }])
})

test.concurrent('can be stopped while it is being restarted', async ({ place }) => {
  const { directory, start, postmaster } = place
  for (let round = 0; round < 3; round += 1) {
    const server = await start()
    await until(async () => (await ownersOf(server)) === 1)
    const killed = await postmaster()
    process.kill(killed.pid, 'SIGKILL')
    // As soon as the next server is there, and before it is owned.
    await until(async () => ((await readPostmaster(join(directory, 'postgres')))?.pid ?? killed.pid) !== killed.pid)
    await server.stop()
    expect(await readPostmaster(join(directory, 'postgres'))).toBe(undefined)
  }
})

test.concurrent('restarts a server that is killed again and again', async ({ place }) => {
  const { start, open, postmaster } = place
  const failures: string[] = []
  const server = await start({ onFailure: (fault) => failures.push(fault.code) })
  for (let kill = 0; kill < 5; kill += 1) {
    // Until the launcher's own connection is back, a kill would be part of the same loss.
    await until(async () => (await ownersOf(server)) === 1)
    const killed = await postmaster()
    process.kill(killed.pid, 'SIGKILL')
    await until(async () => !(await isAlive(killed)))
  }
  await until(async () => (await ownersOf(server)) === 1)
  expect(await open(server).query({ text: 'select 1 as n' })).toEqual([{ n: 1 }])
  expect(failures).toEqual([])
})

test.concurrent('restarts a server that it took over from a killed program', async ({ place }) => {
  const { start, open, startElsewhere, postmaster } = place
  const { running } = await startElsewhere()
  await running.kill('SIGKILL')
  const server = await start()
  expect(server.adopted).toBe(true)
  for (let kill = 0; kill < 2; kill += 1) {
    await until(async () => (await ownersOf(server)) === 1)
    const killed = await postmaster()
    process.kill(killed.pid, 'SIGKILL')
    await until(async () => !(await isAlive(killed)))
  }
  await until(async () => (await ownersOf(server)) === 1)
  expect(await open(server).query({ text: 'select 1 as n' })).toEqual([{ n: 1 }])
})

test.concurrent('ignores the postmaster.pid of a dead server, and one whose pid another process has now', async ({
  place,
}) => {
  const { directory, start, later } = place
  const first = await start()
  await first.stop()
  const { uid, gid } = await stat(join(directory, 'postgres'))
  const stranger = spawn('/bin/sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {})
  later(() => stranger.kill())
  for (const pid of [await deadPid(), stranger.pid]) {
    const lines = [
      pid,
      join(directory, 'postgres'),
      1_700_000_000,
      5432,
      join(tmpdir(), 'munim-gone'),
      '',
      '1 1',
      'ready   ',
      '',
    ]
    await writeFile(join(directory, 'postgres', 'postmaster.pid'), lines.join('\n'))
    const server = await start()
    expect(server.adopted).toBe(false)
    await server.stop()
  }
  expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null])
})

async function deadPid(): Promise<number | undefined> {
  const child: ChildProcess = spawn('/bin/true')
  await once(child, 'exit')
  return child.pid
}

test.concurrent('makes the database again when a first start was cut off', async ({ place }) => {
  const { directory, start } = place
  await mkdir(join(directory, `postgres.partial-${await deadPid()}-1`, 'base'), { recursive: true })
  await start()
  expect((await readdir(directory)).sort()).toEqual(['postgres', 'postgres.log'])
})
