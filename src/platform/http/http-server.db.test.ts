import { describe, expect, it } from 'vitest'
import { useEchoServer } from '#testing'

const { server, post } = useEchoServer()

describe('answers', () => {
  it('carry the fixed headers and a request id', async () => {
    const { status, headers } = await post('/v1/test/echo', { name: 'a' })
    expect(status).toBe(200)
    expect(headers.get('request-id')).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('repeat the request id of the client when it is valid', async () => {
    const sane = await post('/v1/test/echo', { name: 'a' }, { 'request-id': 'order-7.2' })
    expect(sane.headers.get('request-id')).toBe('order-7.2')
    const long = await post('/v1/test/echo', { name: 'a' }, { 'request-id': 'x'.repeat(65) })
    expect(long.headers.get('request-id')).toMatch(/^req_/)
  })

  it('of a stream that fails before its first byte report the fault', async () => {
    const broken = await server().request('GET', '/v1/test/broken-stream')
    expect([broken.status, broken.body.code]).toEqual([503, 'service_unavailable'])
  })

  it('are streamed when they are produced piece by piece', async () => {
    const { headers, body: text } = await server().request('GET', '/v1/test/stream')
    expect(headers.get('content-type')).toBe('application/x-ndjson')
    expect(text).toBe('{"n":1}\n{"n":2}\n{"n":3}\n')
  })
})

describe('validation', () => {
  it.each([
    [{}, 'name', 'name is required.'],
    [{ name: '' }, 'name', 'name must have at least 1 character.'],
    [{ name: 'a', extra: 1 }, 'extra', 'extra is not known here.'],
    [{ nmae: 'a' }, 'nmae', 'nmae is not known here: did you mean name?'],
    [{ name: 'a', cuont: 1 }, 'cuont', 'cuont is not known here: did you mean count?'],
    [{ name: 'a', metadata: { inner: 'x', outer: 1 } }, 'metadata.outer', 'metadata.outer is not known here.'],
    [{ name: 'a', count: '1' }, 'count', 'count must be an integer.'],
    [{ name: 'a', count: 1.5 }, 'count', 'count must be an integer.'],
    [{ name: 1 }, 'name', 'name must be a string.'],
    [[], undefined, 'The body must be an object.'],
    [null, undefined, 'The body must be an object.'],
    [{ name: 'invalid' }, 'name', 'name must be another'],
  ])('refuses the body %j', async (sent, param, detail) => {
    const { status, headers, body: problem } = await post('/v1/test/echo', sent)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(problem).toEqual({
      type: '/docs/errors#validation_failed',
      title: 'The request is not valid',
      status: 400,
      detail,
      code: 'validation_failed',
      ...(param !== undefined && { param }),
      request_id: headers.get('request-id'),
      doc_url: '/docs/errors#validation_failed',
    })
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.0', 'limit'],
    ['limit=%2B1', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['page=2', 'page'],
    ['metadata[]=x', 'metadata[]'],
    ['__proto__=1', '__proto__'],
  ])('refuses the query %s', async (query, param) => {
    const { status, body: problem } = await server().request('GET', `/v1/test/list/7?${query}`)
    expect([status, problem.code, problem.param]).toEqual([400, 'validation_failed', param])
  })

  it('takes parameters as text, and gives the handler a limit', async () => {
    const { body: answered } = await server().request('GET', '/v1/test/list/7?limit=100&metadata[a]=b%20c')
    expect(answered).toEqual({ id: '7', limit: 100, query: { limit: '100', 'metadata[a]': 'b c' } })
  })

  it.each([{}, { 'content-type': 'application/json' }])(
    'reads an absent body as an empty one (%j)',
    async (headers) => {
      const { body: problem } = await server().request('POST', '/v1/test/echo', { headers })
      expect(problem).toMatchObject({ code: 'validation_failed', param: 'name' })
      const missing = await server().request('DELETE', `/v1/api-keys/key_${'0'.repeat(26)}`, { headers })
      expect(missing.body).toMatchObject({ code: 'api_key_not_found' })
      await server().request('POST', '/v1/accounts', { body: { code: 'still', asset: 'USD' } })
      const frozen = await server().request('POST', '/v1/accounts/still/freeze', { headers })
      expect([frozen.status, frozen.body.state]).toEqual([200, 'frozen'])
      expect((await server().request('POST', '/v1/accounts/still/unfreeze', { headers })).status).toBe(200)
    },
  )
})

describe('authentication', () => {
  it.each([
    ['no key', {}, 'Bearer realm="munim"'],
    ['another scheme', { authorization: 'Basic bXVuaW06eA==' }, 'Bearer realm="munim"'],
    [
      'an unknown key',
      { authorization: `Bearer munim_${'x'.repeat(43)}` },
      'Bearer realm="munim", error="invalid_token"',
    ],
    ['a word', { authorization: 'Bearer letmein' }, 'Bearer realm="munim", error="invalid_token"'],
  ])('refuses %s with a challenge, at known paths and unknown ones', async (_what, headers, challenge) => {
    for (const path of ['/v1/test/list/7', '/v1/books', '/v1/nothing', '/v1/']) {
      const response = await fetch(`${server().url}${path}`, { headers })
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, challenge])
      expect(((await response.json()) as { code: string }).code).toBe('unauthenticated')
    }
  })

  it('refuses before it reads the body', async () => {
    const response = await fetch(`${server().url}/v1/test/echo`, { method: 'POST', body: '{not json' })
    expect(response.status).toBe(401)
  })

  it('lets a key of scope read only read', async () => {
    const key = await server().createKey('read')
    expect((await server().request('GET', '/v1/test/list/7', { key })).status).toBe(200)
    const refused = await server().request('POST', '/v1/test/echo', { key, body: { name: 'a' } })
    expect([refused.status, refused.body.code]).toEqual([403, 'scope_insufficient'])
  })

  it('requires an admin key where books are made', async () => {
    const key = await server().createKey('write')
    expect((await server().request('POST', '/v1/test/echo', { key, body: { name: 'a' } })).status).toBe(200)
    const refused = await server().request('POST', '/v1/books', { key, body: { code: 'b' } })
    expect([refused.status, refused.body.code]).toEqual([403, 'scope_insufficient'])
  })
})

describe('paths', () => {
  it.each(['/v1/nothing', '/v1/test/list', '/v1/test/list/7/', '/V1/test/list/7', '/nothing', '//v1/test/list/7'])(
    'answers 404 at %s',
    async (path) => {
      const { status, body: problem } = await server().request('GET', path)
      expect([status, problem.code]).toEqual([404, 'route_not_found'])
    },
  )

  it('says which methods a path has', async () => {
    const refused = await server().request('PUT', '/v1/test/list/7')
    expect([refused.status, refused.body.code, refused.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD',
    ])
    expect((await server().request('DELETE', '/v1/books')).headers.get('allow')).toBe('POST, GET, HEAD')
  })

  it('answers HEAD without a body', async () => {
    const { status, body: text } = await server().request('HEAD', '/v1/test/list/7')
    expect([status, text]).toEqual([200, ''])
  })
})

describe('failures', () => {
  it('answers 503 to a fault that may pass and 500 to any other, without internal details', async () => {
    const fault = await post('/v1/test/echo', { name: 'fault' })
    expect([fault.status, fault.body.code, fault.headers.get('retry-after')]).toEqual([503, 'service_unavailable', '1'])
    expect(JSON.stringify(fault.body)).not.toContain('db-7')
    const defect = await post('/v1/test/echo', { name: 'defect' })
    expect([defect.status, defect.body.code]).toEqual([500, 'internal_error'])
    expect(JSON.stringify(defect.body)).not.toContain('secret')
  })
})
