import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createRandom, createTestDatabase, patience, startTestServer, type TestDatabase, until } from '#testing'
import { startBreakingProxy } from './support/breaking-proxy.ts'
import { runCommand } from './support/command-line.ts'
import { findFreePort, type LaunchedServer, launcher, startLaunchedServer } from './support/launched-server.ts'
import { createMarket } from './support/market.ts'

type Server = { readonly url: string; readonly adminKey: string }

const market = createMarket({ accounts: 400, transfers: 12_000, seed: 11 })
const whole = { lines: 12_000, refused: market.refused }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-faults-'))
  writeFileSync(join(folder, 'accounts.csv'), market.accountsCsv)
  writeFileSync(join(folder, 'transfers.csv'), market.transfersCsv)
})
afterAll(() => rmSync(folder, { recursive: true }))

const transferArguments = () => [
  ...['import', 'transfers', join(folder, 'transfers.csv'), '--asset', 'USD', '--json'],
  ...['--source', 'node:{from}', '--destination', 'node:{to}', '--amount', '{value}'],
]

async function importAccounts(server: Server): Promise<void> {
  const options = [
    '--asset',
    'USD',
    '--code',
    'node:{id}',
    '--opening',
    '{opening}',
    '--opening-from',
    'equity:opening',
  ]
  const { exitCode } = await runCommand(server, 'import', 'accounts', join(folder, 'accounts.csv'), ...options)
  expect(exitCode).toBe(0)
}

async function importTransfers(server: Server) {
  // A server takes long to start again on a busy machine.
  const retryFor = String(Math.ceil(patience(60_000) / 1_000))
  const { stdout, stderr } = await runCommand(server, ...transferArguments(), '--retry-for', retryFor)
  expect(stderr.replaceAll(/^waiting .*\n/gm, '')).toBe('')
  return JSON.parse(stdout)
}

async function expectTheEnd(server: Server): Promise<void> {
  const { stdout } = await runCommand(server, 'export', 'balances', '--format', 'json')
  const rows: { code: string; posted: string }[] = JSON.parse(stdout)
  const nodes = rows.filter(({ code }) => code.startsWith('node:'))
  expect(new Map(nodes.map(({ code, posted }) => [code, BigInt(posted)]))).toEqual(market.balances)
}

const gate = 6_000_000

/** Once some transfers of the file are booked, the next ones wait until the gate is opened. */
async function closeMidImport({ database }: TestDatabase) {
  const session = await database.session('gate', { deadlineMs: null })
  await session.query({ text: 'select pg_advisory_lock($1)', values: [gate] })
  await session.query({
    text: `create function wait_at_gate() returns trigger language plpgsql as $$
      begin
        if (select count(*) from (select from ledger.transfers limit 6000) as first) > 5500 then
          perform pg_advisory_xact_lock_shared(${gate});
        end if;
        return null;
      end $$`,
  })
  await session.query({
    text: 'create trigger gate before insert on ledger.transfers for each statement execute function wait_at_gate()',
  })
  const isMet = async () => {
    const text = `select from pg_locks where locktype = 'advisory' and objid = $1 and not granted
      and database = (select oid from pg_database where datname = current_database())`
    return (await database.query({ text, values: [gate] })).length > 0
  }
  return { met: () => until(isMet, 60_000), open: () => session.close() }
}

// Two processes and a database share the rest of the machine, and each import waits for restarts.
const slowMs = patience(90_000)

describe('an import', { timeout: slowMs }, () => {
  it('keeps its order and books once even if connections break during requests and answers', async () => {
    const server = await startTestServer()
    onTestFinished(server.stop)
    await importAccounts(server)
    const seed = Date.now() % 100_000
    process.stdout.write(`connections break by seed ${seed}\n`)
    const proxy = await startBreakingProxy(server.url, {
      random: createRandom(seed),
      bytesMax: 800_000,
      breaksMax: 10,
    })
    onTestFinished(proxy.stop)
    const { booked, replayed, ...rest } = await importTransfers({ url: proxy.url, adminKey: server.adminKey })
    expect(rest).toMatchObject(whole)
    expect(booked + replayed).toBe(market.booked)
    expect(proxy.breaks()).toBeGreaterThan(2)
    await expectTheEnd(server)
  })

  it('survives a server that is killed and started again', async () => {
    const database = await createTestDatabase()
    onTestFinished(database.drop)
    const place = { data: mkdtempSync(join(folder, 'data-')), port: await findFreePort(), database }
    let server: LaunchedServer = await startLaunchedServer(place)
    onTestFinished(async () => void (await server.end('SIGKILL')))
    await importAccounts(server)
    const { met, open } = await closeMidImport(database)
    const importing = importTransfers(server)
    await met()
    await server.end('SIGKILL')
    await open()
    server = await startLaunchedServer(place)
    const { booked, replayed, ...rest } = await importing
    expect(rest).toMatchObject(whole)
    expect(booked + replayed).toBe(market.booked)
    await expectTheEnd(server)
    expect(await importTransfers(server)).toMatchObject({ ...whole, booked: 0, replayed: market.booked })
    await expectTheEnd(server)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('resumes where it was killed', async () => {
    const database = await createTestDatabase()
    onTestFinished(database.drop)
    const data = mkdtempSync(join(folder, 'data-'))
    const server = await startLaunchedServer({ data, port: 0, database })
    onTestFinished(async () => void (await server.end('SIGKILL')))
    await importAccounts(server)
    const connection = ['--url', server.url, '--key', server.adminKey]
    const { met, open } = await closeMidImport(database)
    const child = spawn(process.execPath, [launcher, ...transferArguments(), ...connection], { stdio: 'ignore' })
    await met()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await open()
    const { booked, replayed, ...rest } = await importTransfers(server)
    expect(rest).toMatchObject(whole)
    expect(replayed).toBeGreaterThan(0)
    expect(booked).toBeGreaterThan(0)
    expect(booked + replayed).toBe(market.booked)
    await expectTheEnd(server)
  })

  it('fails with one line when the server stays away, and says how to go on', async () => {
    const port = await findFreePort()
    const away = { url: `http://127.0.0.1:${port}`, adminKey: 'munim_none' }
    const result = await runCommand(
      away,
      ...transferArguments().filter((text) => text !== '--json'),
      '--retry-for',
      '1',
    )
    expect(result.exitCode).toBe(1)
    // Where the first attempt takes the second, there is nothing left to wait.
    expect(result.stderr).toMatch(/^(waiting up to 1 s .*\n)?munim: No answer from .*ECONNREFUSED.*\n$/)
  })
})
