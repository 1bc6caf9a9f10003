import { createHash } from 'node:crypto'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { allowOutgoing, type Resolve } from '#platform/outgoing'
import type { HttpReply, RequestSigner } from './http-call.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts'

const opened: { close: () => unknown }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function serve(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A server that calls `onBytes` for the first bytes of each connection. */
async function serveRaw(onBytes: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => onBytes(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function client(url: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({ url, source: 'configuration', timeoutMs: 20_000, ...options })
  opened.push(made)
  return made
}

const post = { method: 'POST', path: '/v1/calls', body: '{"amount":"1"}' } as const

it('sends the method, the path after that of the URL, the headers and the body, and reads the answer', async () => {
  const { url } = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url: path, headers } = request
    response.statusCode = 201
    response.end(JSON.stringify({ method, path, body, a: headers['x-a'], b: headers['x-b'] }))
  })
  const reply = await client(`${url}/base/`, { headers: ['x-a', '1'] }).call({ ...post, headers: ['x-b', '2'] })
  expect(reply).toMatchObject({ kind: 'answered', status: 201 })
  expect(JSON.parse(reply.kind === 'answered' ? reply.body : '')).toEqual({
    method: 'POST',
    path: '/base/v1/calls',
    body: '{"amount":"1"}',
    a: '1',
    b: '2',
  })
})

it('reuses its connections', async () => {
  const ports = new Set<unknown>()
  const { url } = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    request.resume().on('end', () => response.end('{}'))
  })
  const { call } = client(url)
  for (let made = 0; made < 20; made += 1) await call(post)
  expect(ports.size).toBeLessThan(4)
})

it('says that nothing was sent when the connection is refused', async () => {
  const { server, url } = await serve(() => undefined)
  server.close()
  expect(await client(url).call(post)).toMatchObject({ kind: 'not_sent', why: expect.stringContaining('ECONNREFUSED') })
})

it('says that nothing was sent when the host name does not resolve', async () => {
  expect(await client('http://rail.invalid').call(post)).toMatchObject({ kind: 'not_sent' })
})

it('says that nothing was sent, and sends nothing later, when no connection was free in time', async () => {
  const paths: unknown[] = []
  const late = Promise.withResolvers<void>()
  const { url } = await serve((request, response) => {
    paths.push(request.url)
    request.resume()
    late.promise.then(() => response.end('{}'))
  })
  const { call } = client(url, { connectionsMax: 1, timeoutMs: 60_000 })
  const first = call({ ...post, path: '/first' })
  expect(await call({ ...post, path: '/second', timeoutMs: 50 })).toMatchObject({ kind: 'not_sent' })
  late.resolve()
  expect(await first).toMatchObject({ kind: 'answered' })
  expect(await call({ ...post, path: '/third' })).toMatchObject({ kind: 'answered' })
  expect(paths).toEqual(['/first', '/third'])
})

it('has a connection for each of the places that the callers of a rail divide', async () => {
  const waiting: ServerResponse[] = []
  const { url } = await serve((request, response) => {
    request.resume()
    waiting.push(response)
  })
  const { call } = client(url, { timeoutMs: 60_000 })
  // Those of a book with slow calls, and one of another book.
  const places = 659 + 200
  const calls = Array.from({ length: places }, () => call(post))
  await expect.poll(() => waiting.length).toBe(places)
  for (const response of waiting) response.end('{}')
  expect(new Set((await Promise.all(calls)).map(({ kind }) => kind))).toEqual(new Set(['answered']))
})

it.each([
  ['does not answer in time', () => undefined],
  ['ends the connection instead of an answer', (socket: Socket) => socket.end()],
  ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
  ['answers what is not HTTP', (socket: Socket) => socket.end('hello\r\n\r\n')],
  ['stops within its answer', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":')],
  [
    'stops within its answer and stays',
    (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{'),
  ],
])('leaves the outcome of a call open when the other side %s', async (_what, act) => {
  const { call } = client(await serveRaw(act), { timeoutMs: 200 })
  expect(await call(post)).toMatchObject({ kind: 'broken' })
})

it('leaves the outcome of a call open when the answer is too long', async () => {
  const { url } = await serve((_request, response) => response.end('x'.repeat(2_000)))
  expect(await client(url, { answerBytesMax: 1_000 }).call(post)).toMatchObject({ kind: 'broken' })
})

it('ends running calls when it is closed, and sends nothing after that', async () => {
  const received = Promise.withResolvers<void>()
  const { url } = await serve((request) => {
    request.resume()
    received.resolve()
  })
  const made = createHttpClient({ url, source: 'configuration', timeoutMs: 60_000 })
  const running = made.call(post)
  await received.promise
  await made.close()
  expect(await running).toMatchObject({ kind: 'broken' })
  expect(await made.call(post)).toMatchObject({ kind: 'not_sent' })
})

it('streams a body as it is read', async () => {
  const { url } = await serve((_request, response) => {
    for (let line = 0; line < 10_000; line += 1) response.write(`line ${line}\n`)
    response.end()
  })
  const reply = await client(url).stream({ path: '/statement' })
  if (reply.kind !== 'streaming') throw new Error(reply.why)
  let text = ''
  for await (const chunk of reply.chunks) {
    text += chunk.toString()
    if (text.length < 1_000) await sleep(5)
  }
  expect(text.split('\n')).toHaveLength(10_001)
})

it('throws out of a stream that breaks off or stalls', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nline 1\n'
  for (const act of [(socket: Socket) => socket.end(head), (socket: Socket) => socket.write(head)]) {
    const reply = await client(await serveRaw(act)).stream({ path: '/statement', timeoutMs: 2_000 })
    if (reply.kind !== 'streaming') throw new Error(reply.why)
    const read: string[] = []
    await expect(
      (async () => {
        for await (const chunk of reply.chunks) read.push(chunk.toString())
      })(),
    ).rejects.toThrow()
    expect(read).toEqual(['line 1\n'])
  }
})

it('closes the connection when the reader of a stream stops', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  const { url } = await serve((_request, response) => {
    response.on('close', resolve)
    const write = () => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(write))
    }
    write()
  })
  const reply = await client(url).stream({ path: '/statement' })
  if (reply.kind !== 'streaming') throw new Error(reply.why)
  for await (const _ of reply.chunks) break
  await gone
})

it.each(['PUT', 'PATCH', 'DELETE'] as const)('sends a %s, with or without a body', async (method) => {
  const { url } = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.end(`${request.method} ${body}`)
  })
  const { call } = client(url)
  expect(await call({ method, path: '/', body: Buffer.from('é') })).toMatchObject({ body: `${method} é` })
  expect(await call({ method, path: '/' })).toMatchObject({ body: `${method} ` })
})

it('returns the headers of an answer that the caller names, and no others', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(
      429,
      [
        ['Retry-After', '7'],
        ['X-Limit', 'a'],
        ['X-Limit', 'b'],
        ['X-Other', 'c'],
      ].flat(),
    )
    response.end('{}')
  })
  const answerHeaders = ['retry-after', 'x-limit', 'x-none']
  const headers = { 'retry-after': '7', 'x-limit': 'a, b' }
  const { call, stream } = client(url)
  expect(await call({ ...post, answerHeaders })).toMatchObject({ kind: 'answered', status: 429, headers })
  expect(await call(post)).toMatchObject({ headers: {} })
  const reply = await stream({ path: '/', answerHeaders })
  expect(reply).toMatchObject({ kind: 'streaming', headers })
  if (reply.kind === 'streaming') for await (const _ of reply.chunks);
})

describe('a signer', () => {
  it('gets the request as it is sent, and adds headers', async () => {
    const { url } = await serve(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const hash = createHash('sha256').update(body).digest('base64')
      response.end(
        JSON.stringify([request.headers['x-hash'] === hash, request.headers['x-a'], request.headers['x-url']]),
      )
    })
    const sign: RequestSigner = async ({ method, url: signed, headers, bytes }) => {
      const hash = createHash('sha256').update(bytes).digest('base64')
      return ['x-hash', hash, 'x-url', `${method} ${signed} ${headers.join(' ')}`]
    }
    const { call, stream } = client(`${url}/base`, { sign, headers: ['x-a', '1'] })
    const signedBody = (reply: HttpReply) => JSON.parse(reply.kind === 'answered' ? reply.body : reply.why)
    expect(signedBody(await call({ ...post, path: '/p?q=1', body: '{"näme":1}' }))).toEqual([
      true,
      '1',
      `POST ${url}/base/p?q=1 x-a 1`,
    ])
    expect(signedBody(await call({ method: 'DELETE', path: '/' }))).toEqual([true, '1', `DELETE ${url}/base/ x-a 1`])
    const reply = await stream({ path: '/' })
    if (reply.kind !== 'streaming') throw new Error(reply.why)
    let text = ''
    for await (const chunk of reply.chunks) text += chunk.toString()
    expect(JSON.parse(text)).toEqual([true, '1', `GET ${url}/base/ x-a 1`])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('the key is hunter2'))],
    ['never ends', () => new Promise<string[]>(() => undefined)],
    ['returns what is not a header', () => ['x y', '1']],
  ])('that %s sends nothing, within the deadline, and tells no secret', async (_what, sign) => {
    const paths: unknown[] = []
    const { url } = await serve((request, response) => {
      paths.push(request.url)
      response.end()
    })
    const reply = await client(url, { sign, timeoutMs: 300 }).call(post)
    expect(reply).toMatchObject({ kind: 'not_sent' })
    expect(JSON.stringify(reply)).not.toContain('hunter2')
    expect(paths).toEqual([])
  })
})

describe('a URL from data', () => {
  const toLoopback: Resolve = (_name, done) => done(null, [{ address: '127.0.0.1', family: 4 }])

  it('does not lead to the loopback address, as an address, a name or in another form', async () => {
    let connections = 0
    const { server, url } = await serve((_request, response) => response.end())
    server.on('connection', () => {
      connections += 1
    })
    const { port } = new URL(url)
    for (const host of ['127.0.0.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', 'localhost', 'hook.example']) {
      const refused = await client(`http://${host}:${port}`, { source: 'data', resolve: toLoopback }).call(post)
      expect(refused).toMatchObject({ kind: 'not_sent', why: expect.stringContaining('outgoing_refused') })
    }
    expect(connections).toBe(0)
    expect(await client(url).call(post)).toMatchObject({ kind: 'answered' })
  })

  it('is resolved once for a connection, which goes to the address that was checked', async () => {
    const { url } = await serve((request, response) => response.end(request.headers.host))
    allowOutgoing(['127.0.0.1'])
    const names: string[] = []
    // A name server that answers otherwise from the second time on.
    const rebinding: Resolve = (name, done) => {
      names.push(name)
      if (names.length === 1) toLoopback(name, done)
      else done(null, [{ address: '127.0.0.2', family: 4 }])
    }
    const host = `hook.example:${new URL(url).port}`
    const { call } = client(`http://${host}`, { source: 'data', resolve: rebinding })
    expect(await call(post)).toMatchObject({ kind: 'answered', body: host })
    expect(names).toEqual(['hook.example'])
    const next = client(`http://${host}`, { source: 'data', resolve: rebinding })
    expect(await next.call(post)).toMatchObject({ kind: 'not_sent', why: expect.stringContaining('outgoing_refused') })
    expect(names).toEqual(['hook.example', 'hook.example'])
    allowOutgoing([])
  })

  it('is given to the caller as it is when it answers with a redirect', async () => {
    const paths: unknown[] = []
    const { url } = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end()
    })
    expect(await client(url).call(post)).toMatchObject({ kind: 'answered', status: 307 })
    expect(paths).toEqual(['/v1/calls'])
  })
})
