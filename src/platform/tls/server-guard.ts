import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Server, TLSSocket, TlsOptions } from 'node:tls'
import { networkOf } from '../addresses/index.ts'
import { allowedRoles, type TlsPort } from './allowed-roles.ts'
import { rolesOf } from './certificate-roles.ts'
import { contextOptions, type Tls, type TlsTexts } from './open-tls.ts'
import { reasonOf } from './refusal-reasons.ts'

export type TlsListener = {
  readonly tls: Tls
  readonly port: TlsPort
  readonly onRefused: (refused: RefusedConnection) => void
  /** A client may show no certificate. One that is shown is checked like every other. */
  readonly isOptional?: boolean
}

export type RefusedConnection = { readonly port: TlsPort; readonly from: string; readonly reason: string }

export type ServerGuard = {
  /** Whether the connection was made under other authorities or revocations, or its certificate has expired. */
  readonly isOutdated: (socket: Socket) => boolean
  /** Ends handshakes under way too, which would keep the server from closing. */
  readonly stop: () => void
}

const handshakeMs = 10_000
/**
 * Connections that have not identified themselves. Beyond this number, the oldest of the address that has most of them is
 * closed: a stranger with many closes its own.
 */
const handshakesMax = 1_024
const lookEveryMs = 1_000

/** With authorities, the server asks every client for a certificate. Unless `isOptional`, it admits none without. */
export function serverOptions(tls: Tls, { isOptional = false }: Pick<TlsListener, 'isOptional'> = {}): TlsOptions {
  const texts = tls()
  const isMutual = texts.ca !== undefined
  return {
    ...materialOf(texts),
    requestCert: isMutual,
    rejectUnauthorized: isMutual && !isOptional,
    handshakeTimeout: handshakeMs,
  }
}

/** `trust`: counts the authorities and revocations that the connection is verified by. */
type Handshake = { readonly socket: Socket; readonly network: string; readonly trust: number }
type Admitted = { readonly trust: number; readonly expiresMs: number }

/**
 * Checks the roles of clients, says why one was refused, and uses changed files for new connections. When authorities
 * or revocations change, idle connections are closed, and the others after the answer under way. Call it before
 * anything else listens to the server.
 */
export function guardServer(server: Server, { tls, port, onRefused, isOptional = false }: TlsListener): ServerGuard {
  let texts = tls()
  let trust = 0
  const isMutual = texts.ca !== undefined
  const admitted = new Map<Socket, Admitted>()
  const handshakes = new Map<string, Handshake>()
  const refuse = (socket: Socket, reason: string) => {
    onRefused({ port, from: addressOf(socket), reason })
    socket.destroy()
  }
  const isOutdated = (socket: Socket) => {
    const one = admitted.get(socket)
    return one !== undefined && (one.trust !== trust || one.expiresMs <= Date.now())
  }
  const look = () => {
    const now = tls()
    if (now === texts) return
    const isNews = isOtherTrust(texts, now)
    texts = now
    server.setSecureContext(materialOf(texts))
    if (!isNews) return
    trust += 1
    endIdle(server, admitted.keys(), isOutdated)
  }
  server.prependListener('connection', (socket: Socket) => {
    look()
    const place = placeOf(socket)
    handshakes.set(place, { socket, network: networkOf(socket), trust })
    socket.once('close', () => handshakes.delete(place))
    if (handshakes.size > handshakesMax) oldestOfMost(handshakes)?.destroy()
  })
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const place = placeOf(socket)
    const begun = handshakes.get(place)
    handshakes.delete(place)
    if (!isMutual) return
    const certificate = socket.getPeerX509Certificate()
    if (certificate === undefined && isOptional) return
    if (!socket.authorized) return refuse(socket, reasonOf(unverified, socket) ?? 'its certificate is not valid')
    const roles = certificate === undefined ? [] : rolesOf(certificate)
    const allowed: readonly string[] = allowedRoles[port]
    if (certificate === undefined || !roles.some((role) => allowed.includes(role))) {
      refuse(socket, `its certificate has the role ${roles.join(', ') || 'of none'}, and not ${allowed.join(' or ')}`)
      return
    }
    admitted.set(socket, { trust: begun?.trust ?? trust, expiresMs: certificate.validToDate.getTime() })
    socket.once('close', () => admitted.delete(socket))
  })
  // Node's own listener would answer in plain text.
  server.removeAllListeners('tlsClientError')
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    const reason = reasonOf(error, socket)
    if (reason === undefined) socket.destroy()
    else refuse(socket, reason)
  })
  const timer = setInterval(look, lookEveryMs).unref()
  const stop = () => {
    clearInterval(timer)
    for (const { socket } of handshakes.values()) socket.destroy()
  }
  server.once('close', stop)
  return { isOutdated, stop }
}

/** Of the address, or the network of IPv6, with the most handshakes. */
function oldestOfMost(handshakes: ReadonlyMap<string, Handshake>): Socket | undefined {
  const counts = new Map<string, { count: number; readonly oldest: Socket }>()
  let most: { count: number; readonly oldest: Socket } | undefined
  for (const { socket, network } of handshakes.values()) {
    const known = counts.get(network) ?? { count: 0, oldest: socket }
    known.count += 1
    counts.set(network, known)
    if (most === undefined || known.count > most.count) most = known
  }
  return most?.oldest
}

const unverified = new Error('the certificate was not verified')

/** Without tickets: a session that is taken up again is not verified again. */
function materialOf(texts: TlsTexts) {
  return { ...contextOptions(texts), secureOptions: constants.SSL_OP_NO_TICKET }
}

function isOtherTrust(one: TlsTexts, other: TlsTexts): boolean {
  const trusted = ({ ca = [], crl = [] }: TlsTexts) => [...ca, '', ...crl].join('\n')
  return trusted(one) !== trusted(other)
}

type WithIdle = { readonly closeIdleConnections?: () => void }

function endIdle(server: Server & WithIdle, sockets: Iterable<Socket>, isOutdated: (socket: Socket) => boolean): void {
  server.closeIdleConnections?.()
  // Those without a first request are not idle to Node.
  for (const socket of sockets) if (socket.bytesRead === 0 && isOutdated(socket)) socket.destroy()
}

/** Node has destroyed it already when its certificate was refused. The socket below still knows its address. */
function addressOf(socket: Socket & { readonly _parent?: Socket }): string {
  return socket.remoteAddress ?? socket._parent?.remoteAddress ?? 'unknown'
}

/** The same for a connection before and after its handshake. */
function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
