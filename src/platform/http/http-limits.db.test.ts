import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sendRaw, useWaitingServers } from '#testing'
import { Fault } from '../faults/index.ts'

const { startServer, servers, seen, post, codeOf } = useWaitingServers()
const { waits, held } = seen

describe('requests that need a connection of the database', () => {
  const get = (url: string, key: string) => fetch(url, { headers: { authorization: `Bearer ${key}` } })
  const letAllGo = async (requests: readonly Promise<Response>[]) => {
    let ended = false
    const all = Promise.all(requests).finally(() => {
      ended = true
    })
    await expect
      .poll(() => {
        for (const wait of waits.splice(0)) wait.resolve()
        return ended
      })
      .toBe(true)
    for (const { status } of await all) expect(status).toBe(200)
  }

  it('are handled up to a limit; a key with many requests delays only its own', async () => {
    const url = `${await startServer({ handledMax: 8 })}/v1/reading`
    held.length = 0
    const greedy = Array.from({ length: 30 }, () => get(url, 'greedy'))
    await expect.poll(() => held.length).toBe(4)
    const modest = get(url, 'modest')
    await expect.poll(() => held.at(-1)).toBe('modest')
    expect(held).toHaveLength(5)
    await letAllGo([...greedy, modest])
    expect(held).toHaveLength(31)
  })

  it('for reading go on while writes of many keys take all the places for writes', async () => {
    const url = await startServer({ handledMax: 8, writingMax: 8 })
    held.length = 0
    const write = (key: string) =>
      fetch(`${url}/v1/writing`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } })
    const writes = Array.from({ length: 40 }, (_, each) => write(`writer-${each % 10}`))
    await expect.poll(() => held.length).toBeGreaterThanOrEqual(5)
    const reads = Array.from({ length: 4 }, () => get(`${url}/v1/reading`, 'writer-0'))
    await expect.poll(() => held.filter((key) => key === 'writer-0').length).toBeGreaterThanOrEqual(4)
    expect(held.length).toBeLessThanOrEqual(12)
    await letAllGo([...writes, ...reads])
  })

  it('for reading go on while the log of acts is held, and the readings of persons wait for it', async () => {
    const held = Promise.withResolvers<void>()
    let rows = 0
    const record = async () => {
      rows += 1
      await held.promise
    }
    const url = `${await startServer({ handledMax: 6, record })}/v1/personal`
    const persons = Array.from({ length: 12 }, (_, at) => get(url, `person-${at % 3}`))
    await expect.poll(() => servers.at(-1)?.running()).toBe(12)
    for (const key of ['program', 'another']) expect((await get(url, key)).status).toBe(200)
    await expect.poll(() => rows).toBe(1)
    held.resolve()
    for (const { status } of await Promise.all(persons)) expect(status).toBe(200)
    await expect.poll(() => rows).toBe(14)
  })

  it('of several steps let those of others in between', async () => {
    const url = await startServer({ writingMax: 2 })
    held.length = 0
    const send = (path: string, key: string) =>
      fetch(`${url}/v1/${path}`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } })
    const long = send('stepping', 'long')
    await expect.poll(() => held).toEqual(['long'])
    const short = send('writing', 'short')
    await expect.poll(() => servers.at(-1)?.running()).toBe(2)
    waits.shift()?.resolve()
    await expect.poll(() => held).toEqual(['long', 'short'])
    waits.shift()?.resolve()
    await expect.poll(() => held).toEqual(['long', 'short', 'long'])
    await letAllGo([long, short])
  })

  it('of a route that takes no idempotency key are handled whatever that header says', async () => {
    const url = await startServer()
    held.length = 0
    const write = (key: string) =>
      fetch(`${url}/v1/writing`, { method: 'DELETE', headers: { authorization: 'Bearer key', 'idempotency-key': key } })
    const same = [write('one'), write('one'), write('café')]
    await expect.poll(() => held.length).toBe(same.length)
    await letAllGo(same)
  })

  it('release their place while they wait for something else', async () => {
    const url = `${await startServer({ handledMax: 8 })}/v1/resting`
    held.length = 0
    const many = Array.from({ length: 30 }, () => get(url, 'patient'))
    await expect.poll(() => held.length).toBe(30)
    await letAllGo(many)
  })
})

describe('the deadline of a client', () => {
  const get = (url: string, key: string, deadline: string) =>
    fetch(`${url}/v1/reading`, { headers: { authorization: `Bearer ${key}`, 'munim-deadline': deadline } })

  it('is a whole number of milliseconds, and what is past it is not begun', async () => {
    const url = await startServer()
    held.length = 0
    const [malformed, late] = [await get(url, 'key', '1.5'), await get(url, 'key', '0')]
    expect(await malformed.json()).toMatchObject({ status: 400, code: 'validation_failed', param: 'Munim-Deadline' })
    expect(await late.json()).toMatchObject({ status: 504, code: 'deadline_passed' })
    expect((await post(url, false, { 'munim-deadline': '0' })).status).toBe(504)
    expect(held).toEqual([])
    expect((await post(url, false, { 'munim-deadline': '60000' })).status).toBe(200)
  })

  it('passes while a request waits for a place: it is not begun when there is one', async () => {
    const url = await startServer({ handledMax: 2 })
    held.length = 0
    const first = get(url, 'first', '60000')
    await expect.poll(() => held).toEqual(['first'])
    const sentMs = performance.now()
    const late = get(url, 'first', '300')
    await expect.poll(() => servers.at(-1)?.running()).toBe(2)
    await expect.poll(() => performance.now() - sentMs > 400).toBe(true)
    waits.shift()?.resolve()
    expect([(await first).status, (await late).status, await codeOf(await late)]).toEqual([200, 504, 'deadline_passed'])
    expect(held).toEqual(['first'])
  })
})

describe('the deadline of a handler', () => {
  it('answers in its place, and the idempotency key stays in use until the handler has ended', async () => {
    const url = await startServer({ handlerTimeoutMs: 200 })
    const headers = { 'idempotency-key': 'late' }
    const late = await post(url, true, headers)
    expect([late.status, late.headers.get('retry-after'), await codeOf(late)]).toEqual([503, '1', 'deadline_exceeded'])
    expect((await post(url, true, headers)).status).toBe(409)
    waits.pop()?.resolve()
    await expect.poll(async () => (await post(url, false, headers)).status).toBe(200)
  })
})

describe('a slow client', () => {
  it('gets an error when its headers do not end', async () => {
    const url = await startServer({ headersTimeoutMs: 300 })
    const response = await sendRaw(url, 'GET /v1/slow HTTP/1.1\r\nHost: munim\r\nX-Slow')
    expect(response.status).toBe(408)
    expect(JSON.parse(response.body)).toMatchObject({ code: 'request_timeout' })
  })

  it('gets an error when its body does not end', async () => {
    const url = await startServer({ headersTimeoutMs: 200, requestTimeoutMs: 400 })
    const head = 'POST /v1/slow HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer key\r\nContent-Type: application/json'
    const response = await sendRaw(url, `${head}\r\nContent-Length: 100\r\n\r\n{"wait"`)
    expect(response.status).toBe(408)
  })

  it('that goes away while its request runs does no harm', async () => {
    const url = await startServer()
    const client = connect(Number(new URL(url).port), '127.0.0.1')
    const body = '{"wait":true}'
    const head = 'POST /v1/slow HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer key\r\nContent-Type: application/json'
    client.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    await expect.poll(() => servers[0]?.running()).toBe(1)
    client.destroy()
    await sleep(50)
    waits.pop()?.resolve()
    await expect.poll(() => servers[0]?.running()).toBe(0)
    expect((await post(url, false)).status).toBe(200)
  })
})

describe('the requests under way', () => {
  const head = (key: string) => `Host: munim\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json`
  /** Sends 50 requests, each on a connection of its own. Returns how to end them. */
  const flood = (url: string, key: string, { wait }: { readonly wait: boolean }) => {
    const body = JSON.stringify({ wait })
    const one = `POST /v1/slow HTTP/1.1\r\n${head(key)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const clients = Array.from({ length: 50 }, () => connect(Number(new URL(url).port), '127.0.0.1'))
    for (const client of clients) client.on('error', () => undefined).write(one)
    return () => {
      for (const client of clients) client.destroy()
    }
  }

  it('of one key leave places to other keys', async () => {
    const url = await startServer({ runningMax: 12 })
    const endFlood = flood(url, 'greedy', { wait: true })
    await expect.poll(() => waits.length).toBe(6)
    for (let n = 0; n < 5; n += 1) expect((await post(url, false, { authorization: 'Bearer other' })).status).toBe(200)
    const refused = await post(url, false, { authorization: 'Bearer greedy' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    endFlood()
    for (const wait of waits.splice(0)) wait.resolve()
    await expect.poll(async () => (await post(url, false, { authorization: 'Bearer greedy' })).status).toBe(200)
  })

  it('whose keys are still looked up leave places to those with known keys', async () => {
    seen.asked = Promise.withResolvers()
    const url = await startServer({ runningMax: 12 })
    const endFlood = flood(url, 'asked', { wait: false })
    await expect.poll(async () => (await post(url, false, { authorization: 'Bearer asked' })).status).toBe(503)
    for (let n = 0; n < 5; n += 1) expect((await post(url, false, { authorization: 'Bearer other' })).status).toBe(200)
    endFlood()
    seen.asked.resolve()
    await expect.poll(async () => (await post(url, false, { authorization: 'Bearer asked' })).status).toBe(200)
  })
})

describe('a client that disconnects while its key is being looked up', () => {
  const body = '{"wait":false}'
  const head = 'POST /v1/slow HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer asked\r\nContent-Type: application/json'
  const begin = async (url: string, sent: string) => {
    const client = connect(Number(new URL(url).port), '127.0.0.1')
    client.on('error', () => undefined)
    await once(client, 'connect')
    client.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${sent}`)
    return client
  }

  it.each([
    ['the whole of its body', body],
    ['a part of its body', body.slice(0, 4)],
  ])('having sent %s, leaves its place to later requests', async (_, sent) => {
    seen.asked = Promise.withResolvers()
    seen.begun.length = 0
    const url = await startServer({ runningMax: 12 })
    const clients = await Promise.all(Array.from({ length: 6 }, () => begin(url, sent)))
    await expect.poll(() => seen.begun.length).toBe(6)
    for (const client of clients) client.resetAndDestroy()
    // The server handles this disconnect before the later requests.
    for (let n = 0; n < 5; n += 1) expect((await post(url, false, { authorization: 'Bearer other' })).status).toBe(200)
    seen.asked.resolve()
    await expect.poll(async () => (await post(url, false, { authorization: 'Bearer asked' })).status).toBe(200)
  })
})

it('a request without room to wait for its key is refused, and a failed look-up ends no process', async () => {
  seen.asked = Promise.withResolvers()
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    const url = await startServer({ runningMax: 2 })
    const waiting = post(url, false, { authorization: 'Bearer asked' })
    await expect.poll(async () => (await post(url, false, { authorization: 'Bearer asked' })).status).toBe(503)
    seen.asked.reject(new Fault({ code: 'database_unavailable', message: 'No.', retryable: true }))
    expect((await waiting).status).toBe(503)
    await new Promise(setImmediate)
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})
