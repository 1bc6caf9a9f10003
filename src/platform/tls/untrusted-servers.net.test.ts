import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { createHttpClient } from '../http-client/index.ts'
import { checkKafka } from '../kafka/index.ts'
import { openConfiguredDatabase } from '../postgres/index.ts'
import { openTls, type Tls } from './index.ts'

// Every way out of a secure process, to servers that it must not talk to.

const authority = createTestAuthority('Munim CA')
const other = createTestAuthority('Other CA')
const hosts = ['127.0.0.1']
const lost = authority.issue({ name: 'server', hosts })
const own = {
  ...authority.issue({ name: 'munim', roles: ['api'] }),
  ca: [authority.cert],
  crl: [authority.revoke([lost.cert])],
}
const inThePast = new Date(Date.now() - 60_000)
let server: Server
let sockets: Socket[] = []
/** What clients sent after the handshake. */
let heard = ''
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  await new Promise((resolve) => server.close(resolve))
})

type Pair = { readonly cert: string; readonly key: string }

/** Speaks TLS at once, or after PostgreSQL's request for it. Without a certificate, it refuses that request. */
async function serve(pair: Pair | undefined, protocol: string): Promise<number> {
  heard = ''
  const secure = (socket: Socket) => {
    const tls = new TLSSocket(socket, { isServer: true, requestCert: true, rejectUnauthorized: false, ...pair })
    tls.on('error', () => undefined)
    tls.on('data', (data) => {
      heard += data
      tls.destroy()
    })
  }
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    if (protocol !== 'PostgreSQL' && pair !== undefined) return secure(socket)
    socket.once('data', (data) => {
      if (protocol !== 'PostgreSQL' || data.readUInt32BE(4) !== 80_877_103) {
        heard += data
        return socket.destroy()
      }
      socket.write(pair === undefined ? 'N' : 'S')
      if (pair !== undefined) secure(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function strict(): Tls {
  const opened = openTls(own, { isStrict: true })
  if (!opened.ok) throw new Error(opened.why)
  return opened.tls
}

/** The sentence that an operator gets. */
const ways: Readonly<Record<string, (port: number) => Promise<string>>> = {
  PostgreSQL: async (port) => {
    const databaseUrl = `postgres://munim:secret@127.0.0.1:${port}/munim`
    const opened = openConfiguredDatabase({ databaseUrl, dataDirectory: '/none', tls: strict() })
    return opened.then(
      () => 'opened',
      (error: Error) => error.message,
    )
  },
  Kafka: async (port) => {
    const checked = checkKafka({ brokers: [`127.0.0.1:${port}`], tls: strict() })
    return checked.then(
      () => 'checked',
      (error: Error) => error.message,
    )
  },
  'a rail': async (port) => {
    const client = createHttpClient({
      source: 'configuration',
      url: `https://127.0.0.1:${port}`,
      timeoutMs: 20_000,
      tls: strict(),
    })
    const reply = await client.call({ method: 'POST', path: '/', body: 'secret' })
    await client.close()
    return reply.kind === 'answered' ? 'answered' : `${reply.kind}: ${reply.why}`
  },
}

const servers: readonly (readonly [string, () => Pair | undefined, RegExp])[] = [
  ['without TLS', () => undefined, /SSL|TLS|wrong version|packet|not_sent/i],
  [
    'with an expired certificate',
    () => authority.issue({ name: 'server', hosts, notAfter: inThePast }),
    /certificate has expired/,
  ],
  ['with a revoked certificate', () => lost, /certificate revoked/],
  [
    'with a certificate of another authority',
    () => other.issue({ name: 'server', hosts }),
    /unable to (verify|get)|self.signed/,
  ],
  [
    'with a certificate of another name',
    () => authority.issue({ name: 'server', hosts: ['127.0.0.2'] }),
    /IP: 127\.0\.0\.1 is not in the cert's list/,
  ],
]

const cases = Object.keys(ways).flatMap((way) => servers.map(([what, pair, why]) => [way, what, pair, why] as const))

it.each(cases)('%s %s gets nothing, and the operator one sentence', async (way, _what, pair, why) => {
  const port = await serve(pair(), way)
  const sentence = await ways[way]?.(port)
  expect(sentence).toMatch(why)
  expect(sentence).not.toContain('\n')
  expect(heard).not.toMatch(/secret|munim/)
})

it.each(Object.keys(ways))('%s with a good certificate is talked to, and shown our own', async (way) => {
  const port = await serve(authority.issue({ name: 'server', hosts }), way)
  await ways[way]?.(port)
  expect(heard.length).toBeGreaterThan(0)
})

it('does not trust a server because the environment says so', async () => {
  const port = await serve(other.issue({ name: 'server', hosts }), 'PostgreSQL')
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    expect(await ways.PostgreSQL?.(port)).toMatch(/unable to (verify|get)|self.signed/)
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  }
})
