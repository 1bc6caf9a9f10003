import { constants, type X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, type TLSSocket } from 'node:tls'

/** Paths of PEM files. With `ca`, clients need a certificate of it. */
export type TlsFiles = {
  readonly cert: string
  readonly key: string
  readonly ca?: string
  /** What the authority has revoked. */
  readonly crl?: string
  /** TLS 1.3 only. */
  readonly isSecure?: boolean
}

export type TlsTexts = {
  readonly cert: string
  readonly key: string
  readonly ca?: string
  readonly crl?: string[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

export type Tls = {
  /** The same object until a file has changed. */
  readonly current: () => TlsTexts
  readonly say: (sentence: string) => void
}

/** The roles of clients that are admitted. Munim's table of ports has the same line. */
export const allowedRoles: readonly string[] = ['api', 'worker', 'scheduler', 'operator']

const lookEveryMs = 1_000
const handshakeMs = 10_000

/** Throws an error for the operator. A changed file that cannot be used leaves those before in use. */
export function openTls(files: TlsFiles, say: (sentence: string) => void): Tls {
  let known = read(files)
  let seen = JSON.stringify(known)
  let lookedMs = performance.now()
  const look = () => {
    lookedMs = performance.now()
    try {
      const now = read(files)
      seen = JSON.stringify(now)
      if (seen !== JSON.stringify(known)) known = now
    } catch (error) {
      const now = String(error)
      if (now !== seen) say(`the changed TLS files are not used: ${error instanceof Error ? error.message : now}`)
      seen = now
    }
  }
  return {
    say,
    current: () => {
      if (performance.now() - lookedMs >= lookEveryMs) look()
      return known
    },
  }
}

export function createTlsServer(tls: Tls, options: ServerOptions, handler: RequestListener): Server {
  let texts = tls.current()
  const isMutual = texts.ca !== undefined
  const identified = { requestCert: isMutual, rejectUnauthorized: isMutual, handshakeTimeout: handshakeMs }
  const server = createServer({ ...options, ...withoutTickets(texts), ...identified }, handler)
  const refuse = (socket: Socket, reason: string) => {
    tls.say(`a connection was refused: ${reason}`)
    socket.destroy()
  }
  server.prependListener('connection', () => {
    const now = tls.current()
    if (now !== texts) server.setSecureContext(withoutTickets(now))
    texts = now
  })
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const roles = isMutual ? rolesOf(socket.getPeerX509Certificate()) : allowedRoles
    if (roles.some((role) => allowedRoles.includes(role))) return
    refuse(
      socket,
      `its certificate has the role ${roles.join(', ') || 'of none'}, and not ${allowedRoles.join(' or ')}`,
    )
  })
  // Node's own listener would answer in plain text.
  server.removeAllListeners('tlsClientError')
  server.on('tlsClientError', (error: Error & { code?: string }, socket: TLSSocket) => {
    // Node gives the code, and its types an error.
    const verdict: unknown = socket.authorizationError
    const code = typeof verdict === 'string' && verdict !== '' ? verdict : (error.code ?? 'unknown')
    if (code === 'ECONNRESET') socket.destroy()
    else refuse(socket, reasons[code] ?? `its certificate is not accepted (${code})`)
  })
  return server
}

const reasons: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it has no certificate',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_REVOKED: 'its certificate is revoked',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of another authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of another authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of another authority',
  CERT_SIGNATURE_FAILURE: 'its certificate is of another authority',
  CRL_HAS_EXPIRED: 'the list of revoked certificates has expired',
  ERR_SSL_HTTP_REQUEST: 'it does not use TLS',
}

/** One name. Node quotes a name in which a comma would begin another one. */
const oneName = /([^:,]+:(?:"(?:[^"\\]|\\.)*"|[^",]*))(?:, |$)/gy

function rolesOf(certificate: X509Certificate | undefined): string[] {
  const names = (certificate?.subjectAltName ?? '').matchAll(oneName)
  return [...names].flatMap(([, name]) => /^URI:munim:role:(.+)$/.exec(name ?? '')?.[1] ?? [])
}

/** A session that is taken up again is not verified again. */
function withoutTickets(texts: TlsTexts) {
  return { ...texts, secureOptions: constants.SSL_OP_NO_TICKET }
}

function read({ cert, key, ca, crl, isSecure = false }: TlsFiles): TlsTexts {
  const texts: TlsTexts = {
    ...{ cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
    ...(ca !== undefined && { ca: readFileSync(ca, 'utf8') }),
    ...(crl !== undefined && { crl: listsIn(readFileSync(crl, 'utf8')) }),
    minVersion: isSecure ? 'TLSv1.3' : 'TLSv1.2',
  }
  createSecureContext(texts)
  return texts
}

/** Node reads only the first list of a text. */
function listsIn(text: string): string[] {
  const lists = text.match(/-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g)
  if (lists === null) throw new Error('--tls-crl has no list of revoked certificates in PEM')
  return lists
}
