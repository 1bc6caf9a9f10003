import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Munim, MunimConnectionError, MunimTimeoutError } from '@munim/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { verifyLedger } from '#ledger'
import { newUuid } from '#platform/ids'
import { patience, until } from '#testing'
import { type Answer, startTwoServers, type TwoServers } from './support/two-servers.ts'

// Complaints by users of other ledgers, each tested on two processes of the program on one database.

let servers: TwoServers
let ask: TwoServers['ask']
let made = 0
beforeAll(async () => {
  servers = await startTwoServers()
  ask = servers.ask
  await ask(0, 'POST', '/v1/accounts', { code: 'world', asset: 'USD', min_available: null })
})
afterAll(async () => {
  const { checks } = await verifyLedger(servers.test.database)
  await servers.stop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})

async function open(amount = 0): Promise<string> {
  made += 1
  const code = `account:${made}`
  expect((await ask(0, 'POST', '/v1/accounts', { code, asset: 'USD' })).status).toBe(201)
  if (amount > 0) expect((await move(0, 'world', code, amount)).status).toBe(201)
  return code
}

type Also = { readonly headers?: object; readonly id?: string; readonly pending?: boolean }

function move(server: number, source: string, destination: string, amount: number, { headers, ...also }: Also = {}) {
  return ask(server, 'POST', '/v1/transfers', { source, destination, amount, asset: 'USD', ...also }, headers)
}

async function balance(code: string): Promise<{ posted: string; pending: string; available: string }> {
  const { posted, pending, available } = (await ask(1, 'GET', `/v1/accounts/${code}/balance`)).body
  return { posted, pending, available }
}

const times = <Value>(count: number, work: (n: number) => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)))
const newTransferId = () => encodeId(idPrefix.transfer, newUuid())
const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort()

describe('holds', () => {
  it('over the balance are refused: of six of 1,000 on 5,000, five are held', async () => {
    const [a, b] = [await open(5_000), await open()]
    const answers = await times(6, (n) => move(n, a, b, 1_000, { pending: true }))
    expect(statusesOf(answers)).toEqual([201, 201, 201, 201, 201, 422])
    expect(answers.find(({ status }) => status === 422)?.body.code).toBe('insufficient_funds')
    expect(await balance(a)).toEqual({ posted: '5000', pending: '5000', available: '0' })
  })

  it('that were refused leave nothing to post, void or read', async () => {
    const [a, b] = [await open(10), await open()]
    const id = newTransferId()
    expect((await move(0, a, b, 11, { id, pending: true })).body.code).toBe('insufficient_funds')
    for (const server of [0, 1]) {
      expect((await ask(server, 'POST', `/v1/transfers/${id}/post`, {})).body.code).toBe('transfer_not_found')
      expect((await ask(server, 'POST', `/v1/transfers/${id}/void`, {})).body.code).toBe('transfer_not_found')
      expect((await ask(server, 'GET', `/v1/transfers/${id}`)).status).toBe(404)
    }
    expect((await ask(0, 'GET', `/v1/transfers?account=${a}`)).body.data).toHaveLength(1)
    expect(await balance(a)).toEqual({ posted: '10', pending: '0', available: '10' })
    expect(await balance(b)).toEqual({ posted: '0', pending: '0', available: '0' })
  })

  it('are posted once, even if both processes get the request at the same moment', async () => {
    const [a, b] = [await open(1_000), await open()]
    for (let round = 0; round < 10; round += 1) {
      const { id } = (await move(round, a, b, 100, { pending: true })).body
      const answers = await times(4, (n) => ask(n, 'POST', `/v1/transfers/${id}/post`, {}))
      expect(statusesOf(answers)).toEqual([200, 409, 409, 409])
      expect(answers.filter(({ body }) => body.code === 'transfer_already_posted')).toHaveLength(3)
    }
    expect(await balance(a)).toEqual({ posted: '0', pending: '0', available: '0' })
    expect((await balance(b)).posted).toBe('1000')
  })
})

describe('the same request twice', () => {
  it('by the same id from 50 clients is booked once, and the other 49 get that transfer', async () => {
    const [a, b] = [await open(1_000), await open()]
    const id = newTransferId()
    const answers = await times(50, (n) => move(n, a, b, 10, { id }))
    expect(statusesOf(answers)).toEqual([...Array.from({ length: 49 }, () => 200), 201])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toHaveLength(1)
    expect((await balance(b)).posted).toBe('10')
  })

  it('by the same Idempotency-Key from 50 clients has one effect, and in the end one answer for all', async () => {
    const [a, b] = [await open(1_000), await open()]
    const headers = { 'idempotency-key': `fifty ${a}` }
    const untilAnswered = async (n: number): Promise<Answer> => {
      for (;;) {
        const answer = await move(n, a, b, 10, { headers })
        if (answer.status !== 409) return answer
        expect(answer.body.code).toBe('idempotency_key_in_use')
        expect(answer.headers.get('retry-after')).toBe('1')
        await sleep(5)
      }
    }
    const answers = await times(50, untilAnswered)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => body.id))).toHaveLength(1)
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1)
    expect((await balance(b)).posted).toBe('10')
  })

  it('is never answered with a server error, for any keys, bodies and processes', async () => {
    const [a, b] = [await open(100_000), await open()]
    const keys = ['one', "it's", '"', '\\', '{}', "' or 1=1 --", '~'.repeat(255)].map((key) => `${key}`.slice(0, 255))
    const answers = await times(200, (n) =>
      move(n, a, b, 1 + (n % 3), { headers: { 'idempotency-key': keys[n % keys.length] ?? '' } }),
    )
    const statuses = new Set(statusesOf(answers))
    expect([...statuses].filter((status) => ![201, 409, 422].includes(status))).toEqual([])
    const booked = (await ask(0, 'GET', `/v1/transfers?source=${a}&limit=100`)).body.data
    expect(booked).toHaveLength(keys.length)
  })

  it('made in two processes at one moment is decided once', async () => {
    const [a, poor, b] = [await open(1_000), await open(), await open()]
    for (let round = 0; round < 15; round += 1) {
      const id = newTransferId()
      // One source has the funds, the other has not. The id is either booked or refused, and all answers agree.
      const answers = await times(4, (n) => move(n, n % 2 ? poor : a, b, 1, { id }))
      const codes = new Set(answers.map(({ status, body }) => (status < 300 ? 'booked' : body.code)))
      expect([
        ['booked', 'id_already_used'],
        ['id_already_used', 'insufficient_funds'],
      ]).toContainEqual([...codes].sort())
    }
    for (let round = 0; round < 15; round += 1) {
      const [narrow, id] = [await open(100), newTransferId()]
      const drains = times(4, (n) => move(n, narrow, b, 30))
      const [answers] = await Promise.all([times(6, (n) => move(n, narrow, b, 100, { id })), drains])
      const fates = new Set(answers.map(({ status, body }) => (status < 300 ? 'booked' : body.code)))
      expect(fates).toHaveLength(1)
    }
  })

  it('sent again by a client whose connection broke after the commit moves the money once', async () => {
    const [a, b] = [await open(1_000), await open()]
    const hold = (await move(0, a, b, 200, { pending: true })).body
    let calls = 0
    const munim = new Munim({
      url: servers.urls[0],
      apiKey: servers.key,
      fetch: async (...call: Parameters<typeof fetch>) => {
        calls += 1
        const response = await fetch(...call)
        if (calls % 2 === 0) return response
        await response.text()
        throw new TypeError('the connection broke after all was done')
      },
    })
    const transfer = await munim.transfers.create({ source: a, destination: b, amount: 100n, asset: 'USD' })
    const posted = await munim.transfers.post(hold.id)
    expect(calls).toBe(4)
    expect([transfer.state, posted.state]).toEqual(['posted', 'posted'])
    expect(await balance(b)).toMatchObject({ posted: '300' })
  })
})

describe('a request that its client gives up', () => {
  const head = (length: number) =>
    [
      'POST /v1/transfers HTTP/1.1',
      'host: test',
      `authorization: Bearer ${servers.key}`,
      'content-type: application/json',
      `content-length: ${length}`,
      '',
      '',
    ].join('\r\n')

  it.each([
    ['in the middle of its body', 0.5],
    ['after its last byte', 1],
  ])('%s leaves no lock behind: the next one is done at once', async (_, part) => {
    const [a, b] = [await open(100_000), await open()]
    const body = JSON.stringify({ source: a, destination: b, amount: 1, asset: 'USD' })
    await times(40, async (n) => {
      const { hostname, port } = new URL(servers.urls[n % 2] ?? '')
      const socket = connect(Number(port), hostname)
      await new Promise((resolve) => socket.once('connect', resolve))
      socket.write(head(body.length) + body.slice(0, Math.floor(body.length * part)))
      await sleep(Math.random() * 4)
      socket.destroy()
    })
    const answers = await times(2, (n) => move(n, a, b, 1))
    expect(statusesOf(answers)).toEqual([201, 201])
    // A transaction that a request has left open would stay until the server ends it.
    const idle = () =>
      servers.test.database.query<{ query: string }>({
        text: `select query from pg_stat_activity where datname = current_database()
          and state like 'idle in transaction%' and state_change < now() - interval '1 second'`,
      })
    await expect.poll(idle).toEqual([])
    const count = (await ask(0, 'GET', `/v1/accounts/${b}`)).body.posted
    if (part < 1) expect(count).toBe('2')
  })
})

describe('an unavailable server', () => {
  it('makes a client fail when it is killed in the middle of requests', async () => {
    const [a, b] = [await open(100_000), await open()]
    const third = await servers.startAnother()
    const munim = new Munim({ url: await third.ready, apiKey: servers.key, retries: 0, timeoutMs: patience(3_000) })
    const ids: string[] = []
    const ends: Promise<unknown>[] = []
    const pump = async () => {
      for (;;) {
        const sent = munim.transfers.create({ source: a, destination: b, amount: 1n, asset: 'USD' })
        ends.push(sent.catch((error: unknown) => error))
        ids.push((await sent).id)
      }
    }
    const pumps = Array.from({ length: 8 }, () => pump().catch((error: unknown) => error))
    await until(() => ids.length > 0)
    third.child.kill('SIGKILL')
    const errors = await Promise.all(pumps)
    for (const error of errors) expect(error).toBeInstanceOf(MunimConnectionError)
    expect(ids.length).toBeGreaterThan(0)
    // The answered transfers are in the books, and the other process continues on the same accounts.
    for (const id of ids) expect((await ask(1, 'GET', `/v1/transfers/${id}`)).status).toBe(200)
    expect((await move(0, a, b, 1)).status).toBe(201)
  })

  it('makes a client fail when it accepts connections and does not answer', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const munim = new Munim({ url: `http://127.0.0.1:${port}`, apiKey: 'none', retries: 1, timeoutMs: 200 })
    await expect(munim.accounts.get('world')).rejects.toBeInstanceOf(MunimTimeoutError)
    silent.closeAllConnections()
    silent.close()
  })
})

describe('many transfers at once', () => {
  /** Every client books this many. */
  const each = 30

  /** Eight clients of each process send transfers until all have booked theirs. Answers their number, and failures. */
  async function pump(transfer: (server: number, n: number) => Promise<Answer>) {
    const failures: Answer[] = []
    let booked = 0
    let clientsLeft = 16
    await times(16, async (client) => {
      // While others have still to book, it goes on: an account that only one process reaches would never be theirs.
      for (let n = 0; n < each || clientsLeft > 0; n += 1) {
        const answer = await transfer(client % 2, n + client)
        if (answer.status !== 201) failures.push(answer)
        else booked += 1
        if (n + 1 === each) clientsLeft -= 1
      }
    })
    return { booked, failures }
  }

  it('on one hot account starve neither process and never fail', async () => {
    const [a, b] = [await open(10_000_000), await open()]
    const { booked, failures } = await pump((server) => move(server, a, b, 1))
    expect(failures.map(({ body }) => body)).toEqual([])
    expect((await balance(b)).posted).toBe(String(booked))
  })

  it('from A to B and from B to A do not block one another', async () => {
    const [a, b] = [await open(1_000_000), await open(1_000_000)]
    const { failures } = await pump((server, n) => (n % 2 ? move(server, a, b, 1) : move(server, b, a, 1)))
    expect(failures.map(({ body }) => body)).toEqual([])
    expect(BigInt((await balance(a)).posted) + BigInt((await balance(b)).posted)).toBe(2_000_000n)
  })
})

describe('a list', () => {
  it('is read page by page, for any filter and any size', async () => {
    const [a, b] = [await open(100_000), await open()]
    const transfers = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ source: a, destination: b, amount: 1, asset: 'USD' },
      ...(n % 100 === 0 && { reference: `${a} ${n}`, metadata: { part: String(n % 700) } }),
    }))
    expect((await ask(0, 'POST', '/v1/transfers/batch', { transfers })).body.booked).toBe(10_000)
    const filters: [string, number][] = [
      [`/v1/transfers?account=${a}&limit=100`, 100],
      [`/v1/transfers?source=${b}`, 0],
      [`/v1/transfers?destination=${b}&state=pending`, 0],
      [`/v1/transfers?reference=${a} 100`, 1],
      [`/v1/transfers?reference=none`, 0],
      [`/v1/transfers?metadata[part]=none`, 0],
      [`/v1/transfers?source=${a}&metadata[part]=100&limit=100`, 15],
      [`/v1/transfers?recorded_to=2020-01-01T00:00:00Z`, 0],
      [`/v1/accounts/${b}/entries?limit=100`, 100],
      [`/v1/accounts?metadata[part]=none`, 0],
    ]
    for (const [path, count] of filters) {
      const { body } = await ask(1, 'GET', encodeURI(path))
      expect([path, body.data.length]).toEqual([path, count])
    }
    let page = (await ask(0, 'GET', `/v1/transfers?account=${a}&limit=100`)).body
    for (let at = 0; at < 20; at += 1) {
      expect(page.has_more).toBe(true)
      page = (await ask(at, 'GET', `/v1/transfers?account=${a}&limit=100&cursor=${page.next_cursor}`)).body
      expect(page.data).toHaveLength(100)
    }
  })
})
