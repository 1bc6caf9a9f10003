import { connect } from 'node:net'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, startTestServer, type TestServer } from '#testing'
import { metadataInput } from '../fields/index.ts'
import { answer, closedObject, type HttpModule, route } from './index.ts'

const described = { tag: 'Test', summary: 'Test', permission: 'payments:write', answers: {} } as const
const body = closedObject({
  name: Type.String({ maxLength: 100 }),
  amount: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.String()])),
  metadata: Type.Optional(metadataInput),
})
const testModule: HttpModule = {
  name: 'test',
  problems: {},
  routes: [
    route({
      ...described,
      method: 'POST',
      path: '/v1/test/things',
      operation: 'create_thing',
      body,
      handle: ({ body: thing }) => answer(201, thing),
    }),
    route({
      ...described,
      method: 'POST',
      path: '/v1/test/things/batch',
      operation: 'create_things',
      bodyBytesMax: 32 * 1024 * 1024,
      body: closedObject({ things: Type.Array(body, { maxItems: 10_000 }) }),
      handle: ({ body: { things } }) => answer(200, { count: things.length }),
    }),
    route({
      ...described,
      method: 'GET',
      path: '/v1/test/things/:id',
      operation: 'get_thing',
      params: closedObject({ id: Type.String({ maxLength: 128 }) }),
      handle: ({ params }) => answer(200, params),
    }),
  ],
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ modules: [testModule] })
})
afterAll(() => server.stop())

const head = (start: string, headers: readonly string[] = []) =>
  [start, 'Host: munim', `Authorization: Bearer ${server.adminKey}`, ...headers, '', ''].join('\r\n')

const post = (content: string | Buffer, headers: readonly string[] = ['Content-Type: application/json'], path = '') => {
  const bytes = Buffer.from(content)
  const start = `POST /v1/test/things${path} HTTP/1.1`
  return Buffer.concat([Buffer.from(head(start, [...headers, `Content-Length: ${bytes.length}`])), bytes])
}

type Case = readonly [what: string, bytes: () => string | Buffer, status: number, code: string]

const mebibyte = 1024 * 1024

const bodies: Case[] = [
  ['no JSON', () => post('name=x'), 400, 'malformed_json'],
  ['an empty body with a type', () => post(''), 400, 'validation_failed'],
  ['half a body', () => post('{"name":"x"'), 400, 'malformed_json'],
  ['bytes that are not UTF-8', () => post(Buffer.from('{"name":"\xff\xfe"}', 'latin1')), 400, 'malformed_text'],
  ['half a UTF-8 character', () => post(Buffer.from('{"name":"\xe2\x82"}', 'latin1')), 400, 'malformed_text'],
  ['UTF-16', () => post(Buffer.from('{"name":"x"}', 'utf16le')), 400, 'malformed_json'],
  ['an escaped NUL', () => post('{"name":"a\\u0000b"}'), 400, 'malformed_text'],
  ['an escaped NUL in metadata', () => post('{"name":"a","metadata":{"k\\u0000":"v"}}'), 400, 'malformed_text'],
  ['half a surrogate pair', () => post('{"name":"\\udc00"}'), 400, 'malformed_text'],
  ['__proto__', () => post('{"name":"a","__proto__":{"admin":true}}'), 400, 'validation_failed'],
  ['__proto__ in metadata', () => post('{"name":"a","metadata":{"__proto__":"x"}}'), 400, 'validation_failed'],
  ['constructor as a field', () => post('{"name":"a","constructor":{"prototype":{}}}'), 400, 'validation_failed'],
  ['a name that is a number', () => post('{"name":1}'), 400, 'validation_failed'],
  ['a name that is an array', () => post('{"name":["x"]}'), 400, 'validation_failed'],
  ['an amount with decimals', () => post('{"name":"a","amount":1.5}'), 400, 'validation_failed'],
  ['a huge amount', () => post('{"name":"a","amount":1e308}'), 400, 'validation_failed'],
  ['an amount beyond any number', () => post('{"name":"a","amount":1e999}'), 400, 'validation_failed'],
  ['an amount beyond 2^53', () => post('{"name":"a","amount":9007199254740993}'), 400, 'validation_failed'],
  ['a number of 100,000 digits', () => post(`{"name":"a","amount":${'9'.repeat(100_000)}}`), 400, 'validation_failed'],
  ['a name too long', () => post(`{"name":"${'x'.repeat(101)}"}`), 400, 'validation_failed'],
  ['too many metadata', () => post(JSON.stringify({ name: 'a', metadata: pairs(51) })), 400, 'validation_failed'],
  ['metadata that are numbers', () => post('{"name":"a","metadata":{"k":1}}'), 400, 'validation_failed'],
  ['an empty metadata key', () => post('{"name":"a","metadata":{"":"v"}}'), 400, 'validation_failed'],
  ['a deep body', () => post('['.repeat(50_000) + ']'.repeat(50_000)), 400, 'body_too_deep'],
  ['a deep body in a batch', () => post('{"things":'.repeat(900_000), undefined, '/batch'), 400, 'body_too_deep'],
  [
    'too many items',
    () => post(`{"things":[${'{},'.repeat(10_000)}{}]}`, undefined, '/batch'),
    400,
    'validation_failed',
  ],
  ['a giant body', () => post('x'.repeat(mebibyte + 1)), 413, 'body_too_large'],
  ['a giant body that is only announced', () => announced(10 * 1024 * mebibyte), 413, 'body_too_large'],
  ['a giant batch', () => post(Buffer.alloc(33 * mebibyte, ' '), undefined, '/batch'), 413, 'body_too_large'],
  ['a giant body in chunks', () => chunked(2 * mebibyte), 413, 'body_too_large'],
  ['a form', () => post('name=x', ['Content-Type: application/x-www-form-urlencoded']), 415, 'unsupported_media_type'],
  ['text', () => post('{"name":"x"}', ['Content-Type: text/plain']), 415, 'unsupported_media_type'],
  ['no type', () => post('{"name":"x"}', []), 415, 'unsupported_media_type'],
  ['a type that is none', () => post('{"name":"x"}', ['Content-Type: ;;;']), 415, 'unsupported_media_type'],
  [
    'gzip',
    () => post('{}', ['Content-Type: application/json', 'Content-Encoding: gzip']),
    415,
    'unsupported_media_type',
  ],
]

const paths: Case[] = [
  ['a NUL in the path', () => get('/v1/test/things/a%00b'), 400, 'malformed_text'],
  ['a NUL in the query', () => get('/v1/books?cursor=%00'), 400, 'malformed_text'],
  ['a NUL as a parameter', () => get('/v1/books?%00=1'), 400, 'malformed_text'],
  ['dots that climb', () => get('/v1/test/../../etc/passwd'), 404, 'route_not_found'],
  ['encoded dots that climb', () => get('/v1/%2e%2e/%2e%2e/etc/passwd'), 404, 'route_not_found'],
  ['encoded slashes', () => get('/v1%2Fbooks'), 404, 'route_not_found'],
  ['doubled slashes', () => get('//v1//books'), 404, 'route_not_found'],
  ['a backslash', () => get('/v1\\books'), 404, 'route_not_found'],
  ['a lone percent sign', () => get('/v1/test/things/100%'), 400, 'malformed_url'],
  ['a percent sign and no digits', () => get('/v1/test/things/%zz'), 400, 'malformed_url'],
  ['an encoding that is not UTF-8', () => get('/v1/test/things/%ff%fe'), 400, 'malformed_url'],
  ['a query that is not UTF-8', () => get('/v1/books?cursor=%ff'), 400, 'malformed_url'],
  ['a thousand parameters', () => get(`/v1/books?${'a=1&'.repeat(1000)}`), 400, 'malformed_url'],
  ['a parameter twice', () => get('/v1/books?limit=1&limit=2'), 400, 'validation_failed'],
  ['a cursor that is none', () => get('/v1/books?cursor=AAAA'), 400, 'validation_failed'],
  ['a forged cursor', () => get(`/v1/api-keys?cursor=${forged(["x'; drop"])}`), 400, 'validation_failed'],
  ['an id too long', () => get(`/v1/test/things/${'a'.repeat(129)}`), 400, 'validation_failed'],
  ['a segment far too long', () => get(`/v1/test/things/${'a'.repeat(5000)}`), 414, 'url_too_long'],
  ['a URL too long', () => get(`/v1/books?cursor=${'a'.repeat(9000)}`), 414, 'url_too_long'],
  ['a URL longer than all headers may be', () => get(`/${'a'.repeat(20_000)}`), 431, 'headers_too_large'],
  ['a URL of another server', () => get('http://example.com/v1/nothing'), 404, 'route_not_found'],
  ['an asterisk', () => head('OPTIONS * HTTP/1.1'), 404, 'route_not_found'],
]

const protocol: Case[] = [
  ['huge headers', () => head('GET /v1/books HTTP/1.1', [`X-Filler: ${'a'.repeat(17_000)}`]), 431, 'headers_too_large'],
  ['a method nobody has', () => head('BREW /v1/books HTTP/1.1'), 400, 'malformed_request'],
  ['a method we do not have', () => head('PROPFIND /v1/books HTTP/1.1'), 405, 'method_not_allowed'],
  ['TRACE', () => head('TRACE /v1/books HTTP/1.1'), 405, 'method_not_allowed'],
  ['a lower-case method', () => head('get /v1/books HTTP/1.1'), 400, 'malformed_request'],
  ['no protocol', () => 'GET /v1/books\r\n\r\n', 401, 'unauthenticated'],
  ['another protocol', () => head('GET /v1/books SMTP/1.0'), 400, 'malformed_request'],
  ['noise', () => Buffer.from('160301020001000001fc0303', 'hex'), 400, 'malformed_request'],
  ['no Host', () => 'GET /v1/books HTTP/1.1\r\n\r\n', 400, 'malformed_request'],
  ['a header without a colon', () => head('GET /v1/books HTTP/1.1', ['Nonsense']), 400, 'malformed_request'],
  ['a NUL in a header', () => head('GET /v1/books HTTP/1.1', ['X-A: a\0b']), 400, 'malformed_request'],
  ['a length that is no number', () => post('{}', ['Content-Length: x']), 400, 'malformed_request'],
  ['a negative length', () => head('POST /v1/test/things HTTP/1.1', ['Content-Length: -1']), 400, 'malformed_request'],
  [
    'both a length and chunks',
    () => post('0\r\n\r\n', ['Content-Type: application/json', 'Transfer-Encoding: chunked']),
    400,
    'malformed_request',
  ],
  ['two Host headers', () => head('GET /v1/books HTTP/1.1', ['Host: munim']), 400, 'malformed_request'],
  [
    'two Authorization headers',
    () => head('GET /v1/books HTTP/1.1', ['authorization: Bearer x']),
    400,
    'malformed_request',
  ],
  [
    'two Munim-Book headers',
    () => head('GET /v1/books HTTP/1.1', ['Munim-Book: main', 'MUNIM-BOOK: main']),
    400,
    'malformed_request',
  ],
  ['a chunk whose length is none', () => `${chunkedHead()}zz\r\n{}\r\n0\r\n\r\n`, 400, 'malformed_request'],
]

function pairs(count: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']))
}

function get(path: string) {
  return head(`GET ${path} HTTP/1.1`)
}

function forged(keyset: unknown) {
  return Buffer.from(JSON.stringify(keyset)).toString('base64url')
}

function announced(bytes: number) {
  return head('POST /v1/test/things HTTP/1.1', ['Content-Type: application/json', `Content-Length: ${bytes}`])
}

function chunkedHead() {
  return head('POST /v1/test/things HTTP/1.1', ['Content-Type: application/json', 'Transfer-Encoding: chunked'])
}

function chunked(bytes: number) {
  return `${chunkedHead()}${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n0\r\n\r\n`
}

describe.each([
  ['bodies', bodies],
  ['paths', paths],
  ['the protocol', protocol],
])('malformed requests: %s', (_group, cases) => {
  it.each(cases)('answers %s with a problem document', async (_what, bytes, status, code) => {
    const response = await sendRaw(server.url, bytes())
    expect([response.status, response.body]).toEqual([status, expect.stringContaining('{')])
    expect(JSON.parse(response.body)).toMatchObject({ status, code, request_id: expect.any(String) })
    expect(response.head).toMatch(/^content-type: application\/problem\+json/im)
    expect(response.head).toMatch(/^request-id: /im)
  })
})

describe('after malformed requests', () => {
  it('answers a good one', async () => {
    const { status, body: thing } = await server.request('POST', '/v1/test/things', {
      body: { name: 'é😀', amount: '12', metadata: { constructor: 'x', toString: 'y' } },
    })
    expect([status, thing]).toEqual([201, { name: 'é😀', amount: '12', metadata: { constructor: 'x', toString: 'y' } }])
  })

  it('has room for large bodies again', async () => {
    const things = Array.from({ length: 10_000 }, () => ({ name: 'x'.repeat(100), metadata: pairs(10) }))
    for (let turn = 0; turn < 3; turn += 1) {
      const { status } = await server.request('POST', '/v1/test/things/batch', { body: { things } })
      expect(status).toBe(200)
    }
  })

  it('bytes that large bodies announce and do not send take no room from others', async () => {
    const { hostname, port } = new URL(server.url)
    const announce = [
      'POST /v1/test/things/batch HTTP/1.1',
      'Host: munim',
      `Authorization: Bearer ${server.adminKey}`,
      'Content-Type: application/json',
      `Content-Length: ${30 * mebibyte}`,
      '',
      '{',
    ].join('\r\n')
    const clients = Array.from({ length: 10 }, () => connect(Number(port), hostname).on('error', () => undefined))
    for (const client of clients) client.write(announce.replace('\r\n{', '\r\n\r\n{'))
    const things = Array.from({ length: 50 }, () => '{"name":"x"}'.padEnd(mebibyte / 10))
    const large = post(`{"things":[${things.join(',')}]}`, undefined, '/batch')
    expect((await sendRaw(server.url, large)).status).toBe(200)
    for (const client of clients) client.destroy()
  })
})
