import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { useEchoServer } from '#testing'

const { server, startAnother, post, open, isAwaited } = useEchoServer()

describe('idempotency keys', () => {
  it('give the first answer again, and have one effect', async () => {
    const headers = { 'idempotency-key': 'once-1' }
    const first = await post('/v1/test/once', { name: 'first' }, headers)
    expect([first.status, first.body.times, first.headers.get('idempotent-replayed')]).toEqual([201, 1, null])
    const second = await post('/v1/test/once', { name: 'first' }, headers)
    expect([second.status, second.body.times, second.headers.get('idempotent-replayed')]).toEqual([201, 1, 'true'])
    const without = await post('/v1/test/once', { name: 'first' })
    expect(without.body.times).toBe(2)
  })

  it('repeat a long answer exactly', async () => {
    const headers = { 'idempotency-key': 'long-1' }
    const first = await post('/v1/test/once', { name: 'long', count: 100_000 }, headers)
    const second = await post('/v1/test/once', { name: 'long', count: 100_000 }, headers)
    expect(second.body).toEqual(first.body)
  })

  it('refuse another body under the same key', async () => {
    const headers = { 'idempotency-key': 'mismatch-1' }
    await post('/v1/test/once', { name: 'this' }, headers)
    const other = await post('/v1/test/once', { name: 'that' }, headers)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
  })

  it('belong to a book: two books may use the same', async () => {
    await server().request('POST', '/v1/books', { body: { code: 'other' } })
    const headers = { 'idempotency-key': 'book-1' }
    await post('/v1/test/once', { name: 'in main' }, headers)
    const other = await post('/v1/test/once', { name: 'in other' }, { ...headers, 'munim-book': 'other' })
    expect([other.status, other.body.name]).toEqual([201, 'in other'])
  })

  it('keep a refusal', async () => {
    const headers = { 'idempotency-key': 'refused-1' }
    const first = await post('/v1/test/once', { name: 'refused' }, headers)
    expect([first.status, first.body.code]).toEqual([409, 'name_refused'])
    const second = await post('/v1/test/once', { name: 'refused' }, headers)
    expect([second.headers.get('idempotent-replayed'), second.body]).toEqual(['true', first.body])
    expect(second.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  })

  it('keep nothing of a request that failed validation or met a fault', async () => {
    const headers = { 'idempotency-key': 'again-1' }
    expect((await post('/v1/test/once', { name: 7 }, headers)).status).toBe(400)
    expect((await post('/v1/test/once', { name: 'fault' }, headers)).status).toBe(503)
    const good = await post('/v1/test/once', { name: 'again' }, headers)
    expect([good.status, good.headers.get('idempotent-replayed')]).toEqual([201, null])
  })

  it('are in use while the first request is running', async () => {
    const headers = { 'idempotency-key': 'running-1' }
    const first = post('/v1/test/once', { name: 'slow', wait: 'running' }, headers)
    await expect.poll(() => isAwaited('running')).toBe(true)
    const second = await post('/v1/test/once', { name: 'slow', wait: 'running' }, headers)
    expect([second.status, second.body.code, second.headers.get('retry-after')]).toEqual([
      409,
      'idempotency_key_in_use',
      '1',
    ])
    open('running')
    expect((await first).status).toBe(201)
    const third = await post('/v1/test/once', { name: 'slow', wait: 'running' }, headers)
    expect([third.status, third.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
  })

  it.each([
    ['a small one', {}],
    ['one that is read in turns', { metadata: { inner: 'x'.repeat(300_000) } }],
  ])('give the first answer also to a repetition after its deadline: %s', async (what, more) => {
    const headers = { 'idempotency-key': `late ${what}` }
    const late = { ...headers, 'munim-deadline': '0' }
    const unknown = await post('/v1/test/once', { name: what, ...more }, late)
    expect([unknown.status, unknown.body.code]).toEqual([504, 'deadline_passed'])
    const first = await post('/v1/test/once', { name: what, ...more }, headers)
    expect([first.status, first.body.times]).toEqual([201, 1])
    const second = await post('/v1/test/once', { name: what, ...more }, late)
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(second.body).toEqual(first.body)
    const other = await post('/v1/test/once', { name: 'another' }, late)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
  })

  it('are in use also for a repetition after its deadline', async () => {
    const headers = { 'idempotency-key': 'running-2' }
    const first = post('/v1/test/once', { name: 'slow', wait: 'still running' }, headers)
    await expect.poll(() => isAwaited('still running')).toBe(true)
    const late = { ...headers, 'munim-deadline': '0' }
    const second = await post('/v1/test/once', { name: 'slow', wait: 'still running' }, late)
    expect([second.status, second.body.code]).toEqual([409, 'idempotency_key_in_use'])
    open('still running')
    expect((await first).status).toBe(201)
    const third = await post('/v1/test/once', { name: 'slow', wait: 'still running' }, late)
    expect([third.status, third.body]).toEqual([201, (await first).body])
  })

  it.each(['', 'x'.repeat(256), 'naïve', 'tab\there'])('are refused when malformed: %j', async (key) => {
    const refused = await post('/v1/test/once', { name: 'key' }, { 'idempotency-key': key })
    expect([refused.status, refused.body.code]).toEqual([400, 'malformed_idempotency_key'])
  })
})

describe('API keys', () => {
  it('are never stored, nor shown again to a replay of the request that made one', async () => {
    const headers = { 'idempotency-key': 'api-key-1' }
    const first = await post('/v1/api-keys', { scope: 'read', name: 'reports' }, headers)
    expect(first.body.key).toMatch(/^munim_[A-Za-z0-9_-]{43}$/)
    const second = await post('/v1/api-keys', { scope: 'read', name: 'reports' }, headers)
    expect(second.body).toEqual({ ...first.body, key: null })
    const stored = await server().database.query<{ body: string }>({
      text: `select convert_from(body, 'UTF8') as body from platform.idempotency_keys where key = 'api-key-1'`,
    })
    expect(stored[0]?.body).not.toContain(first.body.key)
  })
})

describe('closing', () => {
  it('finishes the requests under way, and then refuses connections', async () => {
    const other = await startAnother()
    const idle = connect(Number(new URL(other.url).port), '127.0.0.1')
    const slow = other.request('POST', '/v1/test/echo', { body: { name: 'slow', wait: 'closing' } })
    await expect.poll(() => other.application.server.running()).toBe(1)
    const stopped = other.stop()
    const isRefused = () =>
      fetch(`${other.url}/healthz`).then(
        () => false,
        () => true,
      )
    await expect.poll(isRefused).toBe(true)
    open('closing')
    const { status, headers } = await slow
    expect([status, headers.get('connection')]).toEqual([200, 'close'])
    await stopped
    await expect(fetch(other.url)).rejects.toThrow()
    idle.destroy()
  })
})
