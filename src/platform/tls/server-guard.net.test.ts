import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect as connectPlainly } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { guardServer, openTls, type RefusedConnection, serverOptions, type Tls, type TlsTexts } from './index.ts'
import { createRefusalLog } from './refusal-log.ts'

// A guarded server, and clients that speak HTTP over sockets of their own.

const authority = createTestAuthority('Munim CA')
const other = createTestAuthority('Other CA')
const server = authority.issue({ name: 'api', hosts: ['127.0.0.1'], roles: ['api'] })
const client = authority.issue({ name: 'shop', roles: ['client'] })
const revoked = authority.issue({ name: 'lost', roles: ['client'] })
const inThePast = new Date(Date.now() - 60_000)
const ca = authority.cert
let ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends) await end()
  ends = []
})

/** `change` stands for a changed file. */
async function serve({ crl = authority.revoke([revoked.cert]), isStrict = true } = {}) {
  const opened = openTls({ ...server, ca: [ca], crl: [crl] }, { isStrict })
  if (!opened.ok) throw new Error(opened.why)
  let texts = opened.tls()
  const tls: Tls = () => texts
  const refused: RefusedConnection[] = []
  const https = createServer(serverOptions(tls), (request, response) => {
    const isLast = guard.isOutdated(request.socket)
    response.writeHead(200, isLast ? { connection: 'close' } : {})
    response.end('served')
  })
  const guard = guardServer(https, { tls, port: 'api', onRefused: (one) => refused.push(one) })
  await listen(https)
  const change = (changed: Partial<TlsTexts>) => {
    texts = { ...texts, ...changed }
  }
  return { port: (https.address() as AddressInfo).port, refused, change, guard }
}

async function listen(https: Server) {
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    https.closeAllConnections()
    await new Promise((resolve) => https.close(resolve))
  })
}

const request = 'GET / HTTP/1.1\r\nhost: munim\r\n\r\n'

/** What the client gets before the connection ends, or the whole answer. */
function ask(port: number, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca, ...options })
    let text = ''
    socket.on('secureConnect', () => socket.write(request))
    socket.on('data', (data) => {
      text += data
      if (text.includes('served')) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
  })
}

it('serves a client with a certificate of an allowed role, over TLS 1.3', async () => {
  const { port, refused } = await serve()
  expect(await ask(port, client)).toBe('HTTP/1.1 200 OK')
  expect(refused).toEqual([])
})

it.each<[string, ConnectionOptions, string]>([
  ['without a certificate', {}, 'it has no certificate'],
  [
    'with an expired one',
    authority.issue({ name: 'old', roles: ['client'], notAfter: inThePast }),
    'its certificate has expired',
  ],
  ['with a revoked one', revoked, 'its certificate is revoked'],
  [
    'with one of another authority',
    other.issue({ name: 'shop', roles: ['client'] }),
    'its certificate is of another authority',
  ],
  [
    'with one for another port',
    authority.issue({ name: 'db', roles: ['postgres'] }),
    'its certificate has the role postgres, and not gateway or client or operator or rail or monitor',
  ],
  [
    'with one for no role',
    authority.issue({ name: 'x' }),
    'its certificate has the role of none, and not gateway or client or operator or rail or monitor',
  ],
  [
    'that speaks TLS 1.2 only',
    { ...client, maxVersion: 'TLSv1.2' },
    'it does not offer a version of TLS that is allowed',
  ],
])('refuses a client %s, and says why once', async (_what, options, reason) => {
  const { port, refused } = await serve()
  expect(await ask(port, options)).toBe('')
  await expect.poll(() => refused).toEqual([{ port: 'api', from: '127.0.0.1', reason }])
})

it('an address with many silent connections closes its own, and not those of another', async () => {
  const { port } = await serve()
  let closed = 0
  const silent = (localAddress: string) => {
    const socket = connectPlainly({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => undefined)
    ends.unshift(async () => socket.destroy())
    return new Promise<typeof socket>((resolve) => socket.once('connect', () => resolve(socket)))
  }
  const slow = await silent('127.0.0.2')
  let isSlowClosed = false
  slow.once('close', () => {
    isSlowClosed = true
  })
  for (let n = 0; n < 1_100; n += 1) {
    const one = await silent('127.0.0.1')
    one.once('close', () => {
      closed += 1
    })
  }
  await expect.poll(() => closed).toBeGreaterThanOrEqual(1_101 - 1_024)
  expect(isSlowClosed).toBe(false)
})

it('refuses a client that speaks no TLS', async () => {
  const { port, refused } = await serve()
  const answer = await new Promise((resolve) => {
    const socket = connectPlainly(port, '127.0.0.1', () => socket.write(request))
    let bytes = 0
    socket.on('data', (data) => {
      bytes += data.length
      // An alert of TLS at most, and no answer in plain text.
      expect(data.toString()).not.toContain('HTTP')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(bytes < 16))
  })
  expect(answer).toBe(true)
  expect(refused).toMatchObject([{ reason: 'it does not use TLS' }])
})

it('admits nobody when its list has expired', async () => {
  const { port, refused, change } = await serve()
  change({ crl: [authority.revoke([], inThePast)] })
  expect(await ask(port, client)).toBe('')
  expect(refused).toMatchObject([{ reason: 'the list of revoked certificates has expired' }])
})

it('uses a changed list for new connections, and closes those that were made before', async () => {
  const { port, refused, change } = await serve()
  let closed = 0
  const open = async (asks: boolean) => {
    const socket = connect({ port, host: '127.0.0.1', ca, ...client })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      closed += 1
    })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    if (!asks) return
    socket.write(request)
    await new Promise((resolve) => socket.once('data', resolve))
  }
  await open(true)
  await open(false)
  change({ crl: [authority.revoke([client.cert])] })
  await expect.poll(() => closed).toBe(2)
  expect(await ask(port, client)).toBe('')
  expect(refused).toMatchObject([{ reason: 'its certificate is revoked' }])
})

it('shows a renewed certificate to new connections, and keeps the others', async () => {
  const { port, change } = await serve()
  const socket = connect({ port, host: '127.0.0.1', ca, ...client })
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  const renewed = authority.issue({ name: 'renewed', hosts: ['127.0.0.1'], roles: ['api'] })
  change(renewed)
  const next = connect({ port, host: '127.0.0.1', ca, ...client })
  await new Promise((resolve) => next.once('secureConnect', resolve))
  expect(next.getPeerCertificate().subject.CN).toBe('renewed')
  next.destroy()
  socket.write(request)
  expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toContain('200 OK')
  socket.destroy()
})

it('verifies each connection again, and takes up no session', async () => {
  const { port } = await serve()
  const sessions: Buffer[] = []
  const visit = async (session?: Buffer) => {
    const socket = connect({ port, host: '127.0.0.1', ca, ...client, ...(session && { session }) })
    socket.on('session', (one) => sessions.push(one))
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    socket.write(request)
    await new Promise((resolve) => socket.once('data', resolve))
    const isReused = socket.isSessionReused()
    socket.destroy()
    return isReused
  }
  await visit()
  expect(await visit(sessions.at(-1))).toBe(false)
})

it('ends handshakes under way when it stops', async () => {
  const { port, guard } = await serve()
  const socket = connectPlainly(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  // The server knows of the connection once it has answered a later one.
  expect(await ask(port, client)).toContain('200 OK')
  guard.stop()
  socket.resume()
  await closed
})

it('logs a reason of one address once a minute', () => {
  const lines: unknown[] = []
  const log = createRefusalLog({ warn: (fields: unknown) => void lines.push(fields) } as never)
  const one = { port: 'api', from: '10.0.0.1', reason: 'its certificate is revoked' } as const
  for (const refused of [one, one, { ...one, from: '10.0.0.2' }, one]) log(refused)
  expect(lines).toEqual([one, { ...one, from: '10.0.0.2' }])
})
