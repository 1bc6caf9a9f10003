import type { X509Certificate } from 'node:crypto'
import { hash } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

const thumbprints = new WeakMap<Socket, string>()

/** The certificate that the client has shown on this connection; undefined unless the server has verified it. */
export function clientCertificate(socket: Socket): X509Certificate | undefined {
  return socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined
}

/** `x5t#S256` of that certificate (RFC 8705). */
export function certificateThumbprint(socket: Socket): string | undefined {
  const known = thumbprints.get(socket)
  if (known !== undefined) return known
  const certificate = clientCertificate(socket)
  if (certificate === undefined) return undefined
  const thumbprint = hash('sha256', certificate.raw, 'base64url')
  thumbprints.set(socket, thumbprint)
  return thumbprint
}
