import type { OpenApiDocument, OpenApiOperation } from '#platform/openapi'
import type { Random } from '../../scripts/random.ts'
import { breakBody } from './broken-bodies.ts'
import type { Caller, Callers } from './callers.ts'
import type { KnownValues } from './known-values.ts'
import { type ValueSource, validValue } from './valid-value.ts'

export type Operation = OpenApiOperation & { readonly method: string; readonly pattern: string }
export type Header = readonly [name: string, value: string]

export type FuzzRequest = {
  readonly operation: Operation
  readonly caller: Caller
  readonly method: string
  /** With its parameters filled in, without the query. */
  readonly path: string
  readonly query: readonly Header[]
  readonly headers: readonly Header[]
  readonly body: Buffer | undefined
  /** What was broken; undefined: nothing, so the document allows it. */
  readonly broken: string | undefined
  /** Goes out byte for byte, on a connection of its own. */
  readonly isRaw: boolean
  /** May be answered with a code of requests that reach no route, such as `route_not_found`. */
  readonly mayMissRoute: boolean
}

export function operationsOf({ paths }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([pattern, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), pattern })),
  )
}

type Making = {
  readonly random: Random
  readonly known: KnownValues
  readonly callers: Callers
  readonly schemas: ValueSource['schemas']
  /** Signs a callback as the rail does. */
  readonly signCallback: (body: Buffer) => readonly Header[]
}

/** A request for the operation: valid, or with one thing that is broken. */
export function makeRequest(operation: Operation, making: Making): FuzzRequest {
  const { random } = making
  const request = makeValid(operation, making)
  if (random.chance(0.45)) return request
  const ways = [breakParameter, breakQuery, breakHeader, breakRaw, breakMethod]
  const ofBody = request.body === undefined ? [addBody] : [changeBody, changeBody, changeBody, changeBody, changeType]
  return random.pick([...ways, ...ofBody])(request, making)
}

function makeValid(operation: Operation, making: Making): FuzzRequest {
  const { random, callers } = making
  const caller = random.chance(0.15)
    ? random.pick(callers.refused)
    : random.chance(0.6)
      ? (callers.accepted[0] as Caller)
      : random.pick(callers.accepted)
  const filled = new Map<string, string>()
  const query: Header[] = []
  const headers: Header[] = caller.authorization === undefined ? [] : [['authorization', caller.authorization]]
  for (const { name, in: place, schema, required } of operation.parameters) {
    if (place === 'path') filled.set(name, String(validValue(schema, { name, source: atPath(operation, making) })))
    if (place === 'query' && (required === true || random.chance(0.3))) {
      query.push(...queryOf({ name, schema, operation }, making))
    }
  }
  if (hasHeader(operation, 'Idempotency-Key') && random.chance(0.5)) headers.push(['idempotency-key', newKey(random)])
  if (hasHeader(operation, 'Prefer') && random.chance(0.2)) headers.push(['prefer', `wait=${random.below(2)}`])
  if (hasHeader(operation, 'Munim-Book') && random.chance(0.1)) {
    headers.push(['munim-book', random.pick(['main', 'other'])])
  }
  const body = bodyOf(operation, making)
  if (body !== undefined) headers.push(...body.headers)
  const path = operation.pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(filled.get(name) ?? 'x'))
  const untouched = { broken: undefined, isRaw: false, mayMissRoute: false }
  return { operation, caller, method: operation.method, path, query, headers, body: body?.bytes, ...untouched }
}

/** A parameter of the path that names what the path is about. */
function atPath(operation: Operation, making: Making): ValueSource {
  const noun = operation.pattern.split('/')[2] ?? ''
  return {
    ...making,
    known: { ...making.known, codes: (of) => making.known.codes(of).concat(making.known.codes(noun)) },
  }
}

type Queried = { readonly name: string; readonly schema: ValueSource['schemas'][string]; readonly operation: Operation }

function queryOf({ name, schema, operation }: Queried, making: Making): Header[] {
  const { random, known } = making
  const cursors = known.cursors(operation.operationId)
  if (name === 'cursor') return cursors.length === 0 ? [] : [[name, random.pick(cursors)]]
  const value = validValue(schema, { name, source: making })
  if (name !== 'metadata') return [[name, Array.isArray(value) ? value.join(',') : String(value)]]
  return Object.entries(value as object).map(([key, text]) => [`metadata[${key}]`, String(text)])
}

function bodyOf(operation: Operation, making: Making) {
  const content = operation.requestBody?.content
  const json = content?.['application/json']?.schema
  const headers: Header[] = [['content-type', 'application/json']]
  if (json !== undefined) {
    const bytes = Buffer.from(JSON.stringify(validValue(json, { name: '', source: making })))
    return { bytes, headers }
  }
  if (content === undefined) return undefined
  const event = { type: 'charge.succeeded', id: newKey(making.random), operation: { id: 'chg_1', status: 'succeeded' } }
  const bytes = Buffer.from(JSON.stringify(event))
  return { bytes, headers: making.random.chance(0.7) ? [...headers, ...making.signCallback(bytes)] : headers }
}

export function newKey(random: Random): string {
  return `fuzz-${random.below(2 ** 31).toString(36)}-${random.below(2 ** 31).toString(36)}`
}

function hasHeader(operation: Operation, name: string): boolean {
  return operation.parameters.some((one) => one.in === 'header' && one.name === name)
}

type Breaking = (request: FuzzRequest, making: Making) => FuzzRequest

const wrongTexts = [
  ...['', ' ', '.', '..', 'a/b', '%', '%00', '\u0000', "' or 1=1 --", 'pay_1', 'é', '\ud83d\ude00', '-1', '1e9', '[]'],
  ...[
    'x'.repeat(130),
    'x'.repeat(3000),
    '__proto__',
    'constructor',
    'pay_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'null',
    '\r\na: b',
  ],
]

const breakParameter: Breaking = (request, { random }) => {
  const [last, ...before] = request.path.split('/').reverse()
  const wrong = random.pick(wrongTexts)
  const text = random.chance(0.8) ? encodeURIComponent(wrong) : wrong.replaceAll(/[^!-~]|[#?]/g, '~')
  // Either a parameter of the path or a part of its fixed text.
  const path = random.chance(0.5)
    ? [...before.reverse(), text].join('/')
    : request.path.replace(/[^/]*_[0-7][0-9a-z]{25}/, text).concat(random.chance(0.1) ? `/${text}` : '')
  return { ...request, path, broken: `path ${JSON.stringify(last)} → ${wrong.slice(0, 40)}`, mayMissRoute: true }
}

const breakQuery: Breaking = (request, { random }) => {
  const names = request.operation.parameters.filter((one) => one.in === 'query').map((one) => one.name)
  const name = random.pick([
    ...names,
    ...names,
    'color',
    'limit',
    '__proto__',
    'metadata[a]',
    'metadata',
    'a[b][c]',
    '',
  ])
  const value = random.pick([
    ...wrongTexts,
    'a,b,,c',
    '0',
    '101',
    '2026-02-30T00:00:00Z',
    'W10',
    'true',
    'A'.repeat(600),
  ])
  const twice = random.chance(0.2) ? [[name, value] as const] : []
  return {
    ...request,
    query: [...request.query, [name, value], ...twice],
    broken: `query ${name}=${value.slice(0, 40)}`,
  }
}

const wrongHeaders: readonly Header[] = [
  ...['', ' ', 'x'.repeat(256), 'caf\u00e9', 'a\tb'].map((value): Header => ['idempotency-key', value]),
  ...['nobook', '', "' or 1=1 --", '__proto__', '../main', 'x'.repeat(3000)].map(
    (value): Header => ['munim-book', value],
  ),
  ...['wait=-1', 'wait=1e9', 'wait', 'wait="1"', 'respond-async, wait=0', ';;;'].map(
    (value): Header => ['prefer', value],
  ),
  ...['text/html', '*/*;q=0', 'x', ''].map((value): Header => ['accept', value]),
  ...['bytes=0-1', 'bytes=9-1'].map((value): Header => ['range', value]),
  ...['"x"', '*', 'W/"x"', ''].map((value): Header => ['if-none-match', value]),
  ...['100-continue', 'nonsense'].map((value): Header => ['x-expect', value]),
  ...['00-zz', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, 'x'.repeat(500)].map(
    (value): Header => ['traceparent', value],
  ),
  ...['evil.example', '127.0.0.1, 10.0.0.1', '::1'].map((value): Header => ['x-forwarded-for', value]),
  ...['GET', 'DELETE'].map((value): Header => ['x-http-method-override', value]),
  ...['req_x', "a' or 1", 'x'.repeat(300)].map((value): Header => ['request-id', value]),
  ['cookie', `a=${'b'.repeat(4000)}`],
]

const breakHeader: Breaking = (request, { random }) => {
  const [name, value] = random.pick(wrongHeaders)
  const headers = [...request.headers.filter(([given]) => given !== name), [name, value] as const]
  return { ...request, headers, broken: `header ${name}: ${value.slice(0, 40)}` }
}

/** Headers that no client of ours sends, so these requests are written byte for byte. */
const rawHeaders: readonly Header[] = [
  ...['nobook\u0000', 'a\u0001b'].map((value): Header => ['munim-book', value]),
  ...['-1', '1e3', '99999999999999999999', '5, 6', ''].map((value): Header => ['content-length', value]),
  ...['gzip', 'identity', 'chunked, chunked', 'xchunked'].map((value): Header => ['transfer-encoding', value]),
  ['x-padding', 'x'.repeat(20_000)],
  ['authorization', 'Bearer a'],
  ['host', ''],
  ['host', 'evil.example'],
  ['bad header', 'x'],
  ['expect', '200-ok'],
]

const breakRaw: Breaking = (request, { random }) => {
  const [name, value] = random.pick(rawHeaders)
  const broken = `raw header ${name}: ${value.slice(0, 40)}`
  return { ...request, headers: [...request.headers, [name, value]], broken, isRaw: true, mayMissRoute: true }
}

const breakMethod: Breaking = (request, { random }) => {
  const method = random.pick(
    ['PUT', 'DELETE', 'PATCH', 'POST', 'GET', 'OPTIONS', 'HEAD'].filter((one) => one !== request.method),
  )
  const body = method === 'GET' || method === 'HEAD' ? undefined : request.body
  return { ...request, method, body, broken: `method ${method}`, mayMissRoute: true }
}

const addBody: Breaking = (request, { random }) => {
  const body = Buffer.from(random.pick(['{}', '{"a":1}', '[]', 'x', '', 'null', ' '.repeat(70_000)]))
  const headers: Header[] = [...request.headers, ['content-type', random.pick(['application/json', 'text/plain'])]]
  return { ...request, body, headers, broken: `a body of ${body.length} bytes` }
}

const changeBody: Breaking = (request, { random }) => {
  const changed = breakBody(request.body ?? Buffer.alloc(0), random)
  return { ...request, body: changed.body, broken: `body: ${changed.how}` }
}

const types = [
  ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json'],
  ...['application/json; charset=utf-16', 'application/json; charset=utf-8', 'application/merge-patch+json', '*/*', ''],
]

const changeType: Breaking = (request, { random }) => {
  const isEncoding = random.chance(0.3)
  const [name, value] = isEncoding
    ? (['content-encoding', random.pick(['gzip', 'br', 'deflate', 'identity', 'zstd', 'gzip, gzip'])] as const)
    : (['content-type', random.pick(types)] as const)
  const headers = [...request.headers.filter(([given]) => given !== name), [name, value] as const]
  return { ...request, headers, broken: `header ${name}: ${value}` }
}
