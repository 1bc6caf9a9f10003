import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { feedStart, Munim, MunimConnectionError, MunimError, type MunimOptions, MunimTimeoutError } from './index.ts'

type Seen = { method: string; url: string; key: string | undefined; book: string | undefined; body: string } & {
  authorization: string | undefined
}
type Step = (response: ServerResponse, request: IncomingMessage) => void

const transfer = {
  id: 'trf_00000000000000000000000001',
  source: 'acc_00000000000000000000000001',
  source_code: 'a',
  destination: 'acc_00000000000000000000000002',
  destination_code: 'b',
  amount: '9007199254740993',
  asset: 'USD',
  state: 'posted',
  amount_posted: '9007199254740993',
  pending: false,
  expires_at: null,
  reference: null,
  effective_at: '2026-01-01T00:00:00.000000Z',
  recorded_at: '2026-01-01T00:00:00.000000Z',
  resolved_at: null,
  metadata: {},
}

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  answer(status, { title: code, status, code, detail: `because ${code}`, request_id: 'req_1' }, headers)
const breakOff: Step = (response) => response.socket?.destroy()
const breakInBody: Step = (response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id":')
  setTimeout(() => response.socket?.destroy(), 10)
}
const stayQuiet: Step = () => undefined

let stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()))
  stops = []
})

/** A server that follows a script of faults, one step per request; the last step repeats. */
async function scripted(steps: readonly Step[], options: Partial<MunimOptions> = {}) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const { 'idempotency-key': key, 'munim-book': book } = request.headers
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        key: key?.toString(),
        authorization: request.headers.authorization,
        book: book?.toString(),
        body,
      })
      steps[Math.min(seen.length, steps.length) - 1]?.(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const key = options.clientId === undefined ? { apiKey: 'munim_test' } : {}
  const munim = new Munim({ url: `http://127.0.0.1:${port}/`, ...key, ...options })
  return { munim, seen }
}

const order = { source: 'a', destination: 'b', amount: 9_007_199_254_740_993n, asset: 'USD' }

describe('a call', () => {
  it('sends amounts as exact digits and returns them as bigints', async () => {
    const { munim, seen } = await scripted([answer(201, transfer)], { book: 'test' })
    const made = await munim.transfers.create(order)
    expect(made.amount).toBe(9_007_199_254_740_993n)
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ ...order, amount: '9007199254740993' })
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/transfers', book: 'test' })
  })

  it('does not send a number that is not an exact integer', async () => {
    const { munim, seen } = await scripted([answer(201, transfer)])
    for (const amount of [0.1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(munim.transfers.create({ ...order, amount })).rejects.toThrow(TypeError)
    }
    expect(seen).toHaveLength(0)
  })

  it.each([
    ['a lost connection', breakOff],
    ['a connection lost within the answer', breakInBody],
    ['503', problem(503, 'unavailable')],
    ['an answer of a proxy', (response: ServerResponse) => void response.writeHead(502).end('<html>')],
    ['429', problem(429, 'rate_limited', { 'retry-after': '0' })],
    ['408', problem(408, 'request_timeout')],
    ['409 while the first is under way', problem(409, 'idempotency_key_in_use')],
  ])('is repeated with the same idempotency key after %s', async (_name, fault) => {
    const { munim, seen } = await scripted([fault, fault, answer(201, transfer)])
    expect((await munim.transfers.create(order)).id).toBe(transfer.id)
    expect(seen).toHaveLength(3)
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1)
    expect(seen[0]?.key).toMatch(/^[\w-]{36}$/)
  })

  it('has a new key each time, the given one if there is one, and none for null', async () => {
    const { munim, seen } = await scripted([answer(201, transfer)])
    await munim.transfers.create(order)
    await munim.transfers.create(order)
    await munim.transfers.create(order, { idempotencyKey: 'mine' })
    await munim.transfers.create(order, { idempotencyKey: null })
    expect(seen[0]?.key).not.toBe(seen[1]?.key)
    expect(seen.slice(2).map(({ key }) => key)).toEqual(['mine', undefined])
  })

  it('is not repeated after a refusal, which throws with its code', async () => {
    const { munim, seen } = await scripted([problem(422, 'insufficient_funds')])
    const error = await munim.transfers.create(order).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MunimError)
    expect(error).toMatchObject({ status: 422, code: 'insufficient_funds', requestId: 'req_1' })
    expect(seen).toHaveLength(1)
  })

  it('fails when the answer is empty', async () => {
    const { munim, seen } = await scripted([(response) => void response.writeHead(200).end()])
    await expect(munim.transfers.create(order)).rejects.toMatchObject({ status: 200, code: 'unexpected_answer' })
    expect(seen).toHaveLength(1)
  })

  it('gives up after the last retry with the last reason', async () => {
    const { munim, seen } = await scripted([problem(503, 'unavailable')], { retries: 2 })
    await expect(munim.transfers.create(order)).rejects.toMatchObject({ status: 503 })
    expect(seen).toHaveLength(3)
  })

  it('waits as long as Retry-After says, and starts no retry beyond the deadline', async () => {
    const { munim, seen } = await scripted([problem(429, 'rate_limited', { 'retry-after': '60' })], {
      deadlineMs: 5_000,
    })
    await expect(munim.transfers.create(order)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(seen).toHaveLength(1)
  })

  it('ends an attempt without an answer, and reports a timeout', async () => {
    const { munim, seen } = await scripted([stayQuiet, answer(201, transfer)], { timeoutMs: 1_000 })
    expect((await munim.transfers.create(order)).id).toBe(transfer.id)
    expect(seen).toHaveLength(2)
    await stops[0]?.()
    const quiet = await scripted([stayQuiet], { timeoutMs: 50, retries: 1 })
    const error = await quiet.munim.transfers.create(order).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MunimTimeoutError)
    expect(error).toMatchObject({ attempts: 2 })
  })

  it('ends at the deadline, even with retries left', async () => {
    const { munim, seen } = await scripted([stayQuiet], { timeoutMs: 60, deadlineMs: 200, retries: 1_000 })
    await expect(munim.transfers.create(order)).rejects.toBeInstanceOf(MunimTimeoutError)
    expect(seen.length).toBeLessThan(100)
  })

  it('names the server that did not answer', async () => {
    const { munim } = await scripted([breakOff])
    await stops[0]?.()
    stops = []
    const error = await munim.accounts.get('a', { retries: 1 }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MunimConnectionError)
    expect(error).toMatchObject({ code: 'ECONNREFUSED', attempts: 2 })
  })

  it('ends when it is aborted, before, during and between attempts, with the reason given', async () => {
    const { munim } = await scripted([stayQuiet])
    const reason = new Error('no longer wanted')
    await expect(munim.transfers.create(order, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const during = new AbortController()
    setTimeout(() => during.abort(reason), 30)
    await expect(munim.transfers.create(order, { signal: during.signal })).rejects.toBe(reason)
    await stops[0]?.()
    const failing = await scripted([problem(503, 'unavailable', { 'retry-after': '30' })])
    const between = new AbortController()
    setTimeout(() => between.abort(reason), 100)
    await expect(failing.munim.transfers.create(order, { signal: between.signal })).rejects.toBe(reason)
  })
})

describe('a list', () => {
  const page = (ids: readonly string[], next: string | null) =>
    answer(200, { data: ids.map((id) => ({ ...transfer, id })), has_more: next !== null, next_cursor: next })

  it('is followed over its pages, with its filters, and ends', async () => {
    const { munim, seen } = await scripted([page(['t1', 't2'], 'c1'), page([], 'c2'), page(['t3'], null)])
    const ids: string[] = []
    for await (const { id, amount } of munim.transfers.list({ account: 'a', metadata: { tier: 'gold & more' } })) {
      ids.push(id)
      expect(typeof amount).toBe('bigint')
    }
    expect(ids).toEqual(['t1', 't2', 't3'])
    const queries = seen.map(({ url }) => new URL(url, 'http://x').searchParams)
    expect(queries.map((query) => query.get('cursor'))).toEqual([null, 'c1', 'c2'])
    expect(queries.every((query) => query.get('metadata[tier]') === 'gold & more')).toBe(true)
  })

  it('returns one page and the cursor of the next', async () => {
    const { munim, seen } = await scripted([page(['t1'], 'c1')])
    const first = await munim.transfers.list({ limit: 1 }).page()
    expect(first).toMatchObject({ has_more: true, next_cursor: 'c1' })
    await munim.transfers.list({ limit: 1 }).page('c1')
    expect(seen.map(({ url }) => url)).toEqual(['/v1/transfers?limit=1', '/v1/transfers?limit=1&cursor=c1'])
  })

  it('has the largest pages when it is iterated, and no page parameters where the server takes none', async () => {
    const { munim, seen } = await scripted([page([], null)])
    for await (const item of munim.vendors.list()) throw new Error(item.id)
    for await (const item of munim.rails.list()) throw new Error(item.name)
    for await (const item of munim.payments.captures('a/b')) throw new Error(item.id)
    expect(seen.map(({ url }) => url)).toEqual(['/v1/vendors?limit=100', '/v1/rails', '/v1/payments/a%2Fb/captures'])
  })
})

describe('following the events', () => {
  const event = (id: string) => ({ id, type: 'transfer.posted', created_at: 'x', data: transfer })
  const page = (ids: readonly string[], next: string | null) =>
    answer(200, { data: ids.map(event), has_more: next !== null, next_cursor: next })

  it('begins after the newest event, reads page after page and waits for more', async () => {
    const steps = [
      page(['e9'], 'older'),
      page(['e10', 'e11'], 'c1'),
      page([], 'c2'),
      page(['e12'], null),
      page([], null),
    ]
    const { munim, seen } = await scripted([...steps, page(['e13'], null)])
    const ids: string[] = []
    for await (const { id, data } of munim.events.follow({ pollMs: 5 })) {
      ids.push(id)
      expect('amount' in data && data.amount).toBe(9_007_199_254_740_993n)
      if (id === 'e13') break
    }
    expect(ids).toEqual(['e10', 'e11', 'e12', 'e13'])
    const places = seen.map(({ url }) => new URL(url, 'http://x').searchParams)
    expect(places.map((query) => query.get('after') ?? query.get('cursor'))).toEqual([
      null,
      'e9',
      'c1',
      'c2',
      'e12',
      'e12',
    ])
  })

  it('begins at the start of a feed that is empty', async () => {
    const { munim, seen } = await scripted([page([], null), page(['e1'], null)])
    const first = await munim.events.follow({ types: ['transfer.posted'] }).next()
    expect(first.value?.id).toBe('e1')
    expect(seen[1]?.url).toBe(`/v1/events?limit=100&types=transfer.posted&after=${feedStart}`)
  })
})

describe('a verification', () => {
  const result = { ok: true, checks: [{ name: 'conserved', ok: true, checked: 3, findings: [] }], seconds: 0.1 }
  const lines =
    (...parts: readonly string[]): Step =>
    async (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      for (const part of parts) {
        response.write(part)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      response.end()
    }

  it('reports its progress and ends with the result, however the lines are split', async () => {
    const text = `{"check":"conserved","done":1,"total":3}\n${JSON.stringify({ result })}\n`
    const { munim } = await scripted([lines(text.slice(0, 7), text.slice(7, 60), text.slice(60))])
    const progress: unknown[] = []
    expect(await munim.verification.run({ onProgress: (step) => progress.push(step) })).toEqual(result)
    expect(progress).toEqual([{ check: 'conserved', done: 1, total: 3 }])
  })

  it('fails when the answer ends before its result', async () => {
    const { munim } = await scripted([lines('{"check":"conserved","done":1}\n')])
    await expect(munim.verification.run()).rejects.toBeInstanceOf(MunimConnectionError)
  })
})

describe('a client with credentials', () => {
  const credentials = { clientId: 'client_1', clientSecret: 'munim_secret_1' }
  const token = (text: string, seconds = 600) =>
    answer(200, { access_token: text, token_type: 'Bearer', expires_in: seconds })
  const sent = (seen: readonly Seen[]) => seen.map(({ url, authorization }) => `${url} ${authorization}`)
  const basic = `Basic ${Buffer.from('client_1:munim_secret_1').toString('base64')}`

  it('takes one token for all calls, and says which permissions it wants', async () => {
    const steps = [token('t1'), answer(201, transfer)]
    const { munim, seen } = await scripted(steps, { ...credentials, permissions: ['ledger:read', 'payments:write'] })
    await Promise.all([1, 2, 3].map(() => munim.transfers.create(order)))
    await munim.transfers.create(order)
    expect(sent(seen)).toEqual([`/oauth/token ${basic}`, ...Array(4).fill('/v1/transfers Bearer t1')])
    const form = new URLSearchParams(seen[0]?.body)
    expect(Object.fromEntries(form)).toEqual({ grant_type: 'client_credentials', scope: 'ledger:read payments:write' })
  })

  it('takes another one before it ends, and once more after a 401', async () => {
    const refused = problem(401, 'unauthenticated')
    const steps = [token('t1', 0), answer(201, transfer), token('t2'), refused, token('t3'), answer(201, transfer)]
    const { munim, seen } = await scripted(steps, credentials)
    for (const _ of [1, 2]) await munim.transfers.create(order)
    const calls = sent(seen).filter((one) => one.startsWith('/v1'))
    expect(calls).toEqual(['t1', 't2', 't3'].map((text) => `/v1/transfers Bearer ${text}`))
    const again = await scripted([token('t1'), refused, token('t2'), refused], credentials)
    await expect(again.munim.transfers.create(order)).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(again.seen).toHaveLength(4)
  })

  it('throws what the token endpoint says, and repeats what may pass', async () => {
    const denied = answer(401, { error: 'invalid_client', error_description: 'client authentication failed' })
    const { munim, seen } = await scripted([denied], credentials)
    const error = await munim.transfers.create(order).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MunimError)
    expect(error).toMatchObject({ status: 401, code: 'invalid_client', message: 'client authentication failed' })
    expect(seen).toHaveLength(1)
    const busy = answer(429, { error: 'temporarily_unavailable' }, { 'retry-after': '0' })
    const steps = [busy, breakOff, problem(503, 'service_unavailable'), token('t1'), answer(201, transfer)]
    expect((await (await scripted(steps, credentials)).munim.transfers.create(order)).id).toBe(transfer.id)
  })

  it('is not made of half of its credentials, nor together with a key', () => {
    const url = 'http://127.0.0.1:1'
    const none = [{}, { clientId: 'a' }, { clientSecret: 'b' }, { clientId: 'a', clientSecret: 'b\n' }]
    for (const options of [...none, { apiKey: 'k', ...credentials }]) {
      expect(() => new Munim({ url, ...options })).toThrow(TypeError)
    }
  })
})
