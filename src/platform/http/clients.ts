import { hash, X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { BoundedCache } from '#kernel'
import { type AddressList, plainAddress } from '../addresses/index.ts'
import { rolesOf } from '../tls/index.ts'
import { clientCertificate } from './client-certificate.ts'

/** What a gateway says of the client whose request it passes on. Requests from outside must not have these headers. */
export const assertedHeaders = { address: 'munim-client-address', certificate: 'client-cert' } as const

/** Who sent a request, whether or not a gateway stands between. */
export type Client = {
  readonly address: string | undefined
  /** undefined: it has shown none that was verified. */
  readonly certificate: () => X509Certificate | undefined
  /** `x5t#S256` of the certificate (RFC 8705). */
  readonly thumbprint: () => string | undefined
}

/** The certificates of clients that gateways have named lately. */
const certificatesMax = 2_000

/**
 * A gateway is known by its certificate, or by one of the addresses of `trusted`. Nobody else's headers count. A gateway
 * is never itself the client: what it does not say is unknown.
 */
export function createClients(trusted: AddressList | undefined): (request: IncomingMessage) => Client {
  const direct = new WeakMap<Socket, Client>()
  const gateways = new WeakMap<Socket, boolean>()
  const asserted = new BoundedCache<string, ShownCertificate>(certificatesMax)

  const isGateway = (socket: Socket) => {
    const known = gateways.get(socket)
    if (known !== undefined) return known
    const certificate = clientCertificate(socket)
    const found = certificate ? rolesOf(certificate).includes('gateway') : trusted?.has(socket.remoteAddress) === true
    gateways.set(socket, found)
    return found
  }
  const directClient = (socket: Socket): Client => {
    const known = direct.get(socket)
    if (known !== undefined) return known
    const shown = once(() => clientCertificate(socket))
    // A socket that has been closed has no address any more.
    const client = { address: socket.remoteAddress, certificate: shown.certificate, thumbprint: shown.thumbprint }
    direct.set(socket, client)
    return client
  }
  const shownTo = (text: string) => {
    const known = asserted.get(text)
    if (known !== undefined) return known
    const shown = once(() => readCertificate(text))
    asserted.set(text, shown)
    return shown
  }

  return ({ socket, headers }) => {
    if (!isGateway(socket)) return directClient(socket)
    const { [assertedHeaders.address]: address, [assertedHeaders.certificate]: certificate } = headers
    const shown = typeof certificate === 'string' ? shownTo(certificate) : nothing
    const { certificate: read, thumbprint } = shown
    return { address: typeof address === 'string' ? plainAddress(address) : undefined, certificate: read, thumbprint }
  }
}

/** As RFC 9440 has it: a byte sequence of structured fields. */
export function certificateHeader({ raw }: Pick<X509Certificate, 'raw'>): string {
  return `:${raw.toString('base64')}:`
}

type ShownCertificate = Pick<Client, 'certificate' | 'thumbprint'>

const nothing: ShownCertificate = { certificate: () => undefined, thumbprint: () => undefined }

function once(read: () => X509Certificate | undefined): ShownCertificate {
  let found: { readonly certificate: X509Certificate | undefined; readonly thumbprint: string | undefined } | undefined
  const look = () => {
    if (found !== undefined) return found
    const certificate = read()
    found = { certificate, thumbprint: certificate && hash('sha256', certificate.raw, 'base64url') }
    return found
  }
  return { certificate: () => look().certificate, thumbprint: () => look().thumbprint }
}

function readCertificate(text: string): X509Certificate | undefined {
  const [, encoded] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(text) ?? []
  if (encoded === undefined) return undefined
  try {
    return new X509Certificate(Buffer.from(encoded, 'base64'))
  } catch {
    return undefined
  }
}
