import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Munim } from '@munim/sdk'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { until } from '#testing'
import { createRandom } from '../scripts/random.ts'
import { runCommand } from './support/command-line.ts'
import { findFreePort, type LaunchedServer, startLaunchedServer } from './support/launched-server.ts'
import { createMarket } from './support/market.ts'
import { newSeed } from './support/random-history.ts'

// The program with its own PostgreSQL, as an operator runs it, killed with SIGKILL. Everything acknowledged is there
// afterwards, and an import ends as it would have ended undisturbed.

const market = createMarket({ accounts: 300, transfers: 15_000, seed: 23 })
const whole = { lines: 15_000, refused: market.refused }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-crash-'))
  writeFileSync(join(folder, 'accounts.csv'), market.accountsCsv)
  writeFileSync(join(folder, 'transfers.csv'), market.transfersCsv)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A server that can be killed and restarted at the same address. */
async function startMortal() {
  const place = { data: mkdtempSync(join(folder, 'data-')), port: await findFreePort() }
  let server: LaunchedServer = await startLaunchedServer(place)
  onTestFinished(async () => void (await server.end('SIGTERM')))
  /** 0 between two servers. */
  const postmaster = () => {
    const path = join(place.data, 'postgres', 'postmaster.pid')
    return Number((existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n')[0])
  }
  return {
    address: { url: server.url, adminKey: server.adminKey },
    isRunning: () => server.child.exitCode === null && server.child.signalCode === null,
    kill: async () => void (await server.end('SIGKILL')),
    killDatabase: () => {
      const killed = postmaster()
      process.kill(killed, 'SIGKILL')
      return killed
    },
    postmaster,
    revive: async () => {
      server = await startLaunchedServer(place)
    },
    end: () => server.end('SIGTERM'),
  }
}

type Mortal = Awaited<ReturnType<typeof startMortal>>

const accountOptions = ['--code', 'node:{id}', '--opening', '{opening}', '--opening-from', 'equity:opening']
const transferOptions = ['--source', 'node:{from}', '--destination', 'node:{to}', '--amount', '{value}']

/** A busy machine may take minutes to start the server again. */
const patiently = ['--retry-for', '900']

async function importFile({ address }: Mortal, kind: 'accounts' | 'transfers') {
  const options = kind === 'accounts' ? accountOptions : transferOptions
  const file = join(folder, `${kind}.csv`)
  const result = await runCommand(address, 'import', kind, file, '--asset', 'USD', '--json', ...patiently, ...options)
  expect(result.stderr.replaceAll(/^waiting .*\n/gm, '')).toBe('')
  return JSON.parse(result.stdout)
}

async function expectTheEnd(mortal: Mortal): Promise<void> {
  const { stdout } = await runCommand(mortal.address, 'export', 'balances', '--format', 'json')
  const rows: { code: string; posted: string }[] = JSON.parse(stdout)
  const nodes = rows.filter(({ code }) => code.startsWith('node:'))
  expect(new Map(nodes.map(({ code, posted }) => [code, BigInt(posted)]))).toEqual(market.balances)
  expect(await importFile(mortal, 'transfers')).toMatchObject({ ...whole, booked: 0, replayed: market.booked })
  const verified = await runCommand(mortal.address, 'verify')
  expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The books are in order') })
}

describe.each([newSeed() % 1_000_000])('killed at random moments (seed %i)', (seed) => {
  const random = createRandom(seed)

  it('a server is started again, and an import completes', async () => {
    const mortal = await startMortal()
    await importFile(mortal, 'accounts')
    const importing = importFile(mortal, 'transfers')
    for (let kills = 0; kills < 2; kills += 1) {
      await sleep(100 + random.below(400))
      await mortal.kill()
      await mortal.revive()
    }
    const { booked, replayed, ...rest } = await importing
    expect(rest).toMatchObject(whole)
    expect(booked + replayed).toBe(market.booked)
    await expectTheEnd(mortal)
  })

  it('PostgreSQL is restarted by the server, which goes on running, and an import completes', async () => {
    const mortal = await startMortal()
    await importFile(mortal, 'accounts')
    const importing = importFile(mortal, 'transfers')
    for (let kills = 0; kills < 2; kills += 1) {
      await sleep(200 + random.below(800))
      await untilReady(mortal, mortal.killDatabase())
    }
    const { booked, replayed, ...rest } = await importing
    expect(rest).toMatchObject(whole)
    expect(booked + replayed).toBe(market.booked)
    expect(mortal.isRunning()).toBe(true)
    await expectTheEnd(mortal)
    expect(await mortal.end()).toBe(0)
  })

  it('server and database together lose no acknowledged request, and do nothing twice', async () => {
    const mortal = await startMortal()
    const munim = new Munim({ url: mortal.address.url, apiKey: mortal.address.adminKey, retries: 0, timeoutMs: 5_000 })
    await munim.accounts.create({ code: 'world', asset: 'USD', min_available: null })
    await munim.accounts.create({ code: 'till', asset: 'USD' })
    const acknowledged: string[] = []
    const unknown: string[] = []
    for (let round = 0; round < 2; round += 1) {
      let isOver = false
      const client = async (number: number) => {
        for (let n = 0; !isOver; n += 1) {
          const reference = `${round} ${number} ${n}`
          const transfer = { source: 'world', destination: 'till', amount: 1n, asset: 'USD', reference }
          await munim.transfers.create(transfer).then(
            () => acknowledged.push(reference),
            () => {
              unknown.push(reference)
              isOver = true
            },
          )
        }
      }
      const clients = Promise.all(Array.from({ length: 8 }, (_, number) => client(number)))
      const enough = acknowledged.length + 20
      await until(() => acknowledged.length > enough, 30_000)
      await sleep(random.below(200))
      mortal.killDatabase()
      await mortal.kill()
      await clients
      await mortal.revive()
    }
    const booked = new Set<string>()
    for await (const { reference } of munim.transfers.list({ destination: 'till', limit: 100 })) {
      expect(booked.has(reference ?? '')).toBe(false)
      booked.add(reference ?? '')
    }
    expect(acknowledged.filter((reference) => !booked.has(reference))).toEqual([])
    const others = [...booked].filter((reference) => !acknowledged.includes(reference))
    expect(others.filter((reference) => !unknown.includes(reference))).toEqual([])
    expect((await munim.accounts.get('till')).posted).toBe(BigInt(booked.size))
    expect((await runCommand(mortal.address, 'verify')).exitCode).toBe(0)
  })
})

it('a server whose PostgreSQL is lost permanently ends, and says why', async () => {
  const data = mkdtempSync(join(folder, 'data-'))
  const { child } = await startLaunchedServer({ data, port: 0 })
  const exit = once(child, 'exit')
  const version = join(data, 'postgres', 'PG_VERSION')
  const wellMade = readFileSync(version)
  writeFileSync(version, '12\n')
  process.kill(Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
  expect(await exit).toEqual([1, null])
  // The failed start lost nothing.
  writeFileSync(version, wellMade)
  const again = await startLaunchedServer({ data, port: 0 })
  expect(await again.end('SIGTERM')).toBe(0)
})

async function untilReady({ address, postmaster }: Mortal, killed: number): Promise<void> {
  await until(async () => {
    const response = await fetch(`${address.url}/readyz`).catch(() => undefined)
    await response?.text()
    return response?.ok === true && postmaster() !== killed
  }, 30_000)
}
