import { X509Certificate } from 'node:crypto'
import { checkServerIdentity, type PeerCertificate, type SecureContext } from 'node:tls'
import type { CertificateRole } from './allowed-roles.ts'
import { rolesOf } from './certificate-roles.ts'
import { contextOf, type Tls, type TlsTexts } from './open-tls.ts'

export type TlsConnectOptions = { readonly secureContext: SecureContext; readonly rejectUnauthorized: true }

/**
 * For `tls.connect`. The server's certificate is verified, and its name as well, whatever the environment says
 * (`NODE_TLS_REJECT_UNAUTHORIZED`).
 */
export function connectOptions(texts: TlsTexts): TlsConnectOptions {
  return { secureContext: contextOf(texts), rejectUnauthorized: true }
}

/** For `checkServerIdentity`: the server must have the name, as always, and be a process of the role. */
export function checkRole(role: CertificateRole): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    const wrong = checkServerIdentity(host, certificate)
    if (wrong !== undefined) return wrong
    const roles = rolesOf(new X509Certificate(certificate.raw))
    if (roles.includes(role)) return undefined
    return new Error(`its certificate has the role ${roles.join(', ') || 'of none'}, and not ${role}`)
  }
}

/** For libraries that keep their options: each new connection uses the files of its moment. */
export function currentConnectOptions(tls: Tls): TlsConnectOptions {
  return {
    get secureContext() {
      return contextOf(tls())
    },
    rejectUnauthorized: true,
  }
}

/** The same certificate for servers of other authorities, whose revoked certificates are not known. */
export function withAuthorities(tls: Tls, ca: readonly string[] | undefined): Tls {
  let own: TlsTexts | undefined
  let made: TlsTexts | undefined
  return () => {
    const now = tls()
    if (made === undefined || own !== now) {
      own = now
      made = { ...now, ca, crl: undefined }
    }
    return made
  }
}
