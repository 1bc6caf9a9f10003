import { hash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { certificateThumbprint, clientCertificate } from './client-certificate.ts'

const authority = createTestAuthority('ours')
const server = createServer({
  ...authority.issue({ name: 'server', hosts: ['127.0.0.1'] }),
  ca: authority.cert,
  requestCert: true,
  rejectUnauthorized: false,
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

async function shownBy(client: { readonly cert?: string; readonly key?: string }) {
  const { port } = server.address() as AddressInfo
  const connected = once(server, 'secureConnection')
  const socket = connect({ ...client, port, host: '127.0.0.1', ca: authority.cert })
  const [accepted] = (await connected) as [TLSSocket]
  const shown = [clientCertificate(accepted)?.raw, certificateThumbprint(accepted), certificateThumbprint(accepted)]
  accepted.destroy()
  socket.destroy()
  return shown
}

it('is that of the connection, and only one that the server has verified', async () => {
  const own = authority.issue({ name: 'client', hosts: ['shop.internal'] })
  const { raw } = new X509Certificate(own.cert)
  const thumbprint = hash('sha256', raw, 'base64url')
  expect(await shownBy(own)).toEqual([raw, thumbprint, thumbprint])
  const none = [undefined, undefined, undefined]
  expect(await shownBy({})).toEqual(none)
  expect(await shownBy(createTestAuthority('another').issue({ name: 'client', hosts: ['shop.internal'] }))).toEqual(
    none,
  )
})
