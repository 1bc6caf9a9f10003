import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate authority that lives as long as a test: no certificate of the repository can expire. */
export type TestAuthority = {
  readonly cert: string
  /** `hosts`: the names and addresses of a server; a client needs none. */
  readonly issue: (subject: {
    readonly name: string
    readonly hosts?: readonly string[]
    /** Names of the form `munim:role:NAME`. */
    readonly roles?: readonly string[]
    readonly notAfter?: Date
  }) => { readonly cert: string; readonly key: string }
  /** The list of those certificates that are revoked. */
  readonly revoke: (certificates: readonly string[], until?: Date) => string
}

const hourMs = 3_600_000

/** `key`: that of an authority of this name, which then has more certificates. */
export function createTestAuthority(name: string, key?: string): TestAuthority {
  const privateKey =
    key === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(key)
  const publicKey = createPublicKey(privateKey)
  const extensions = [extension('551d13', sequence(boolean))]
  const notAfter = new Date(Date.now() + hourMs)
  const cert = certificate({ issuer: name, subject: name, publicKey, notAfter, extensions }, privateKey)
  return {
    cert,
    revoke: (certificates, until = notAfter) => revocationList({ issuer: name, certificates, until }, privateKey),
    issue: ({ name: subject, hosts = [], roles = [], notAfter: end = notAfter }) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const names = [
        ...roles.map((role) => tlv(0x86, Buffer.from(`munim:role:${role}`))),
        ...hosts.map((host) =>
          isIP(host) === 4 ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : tlv(0x82, Buffer.from(host)),
        ),
      ]
      const content = {
        issuer: name,
        subject,
        publicKey: pair.publicKey,
        notAfter: end,
        extensions: names.length === 0 ? [] : [extension('551d11', sequence(...names))],
      }
      return {
        cert: certificate(content, privateKey),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

type Content = {
  readonly issuer: string
  readonly subject: string
  readonly publicKey: KeyObject
  readonly notAfter: Date
  readonly extensions: readonly Buffer[]
}

// A certificate of X.509, version 3, in DER (RFC 5280).
function certificate({ issuer, subject, publicKey, notAfter, extensions }: Content, by: KeyObject): string {
  const notBefore = new Date(Math.min(Date.now(), notAfter.getTime()) - 24 * hourMs)
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(issuer),
    sequence(timeOf(notBefore), timeOf(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [tlv(0xa3, sequence(...extensions))]),
  )
  return signed(body, 'CERTIFICATE', by)
}

type List = { readonly issuer: string; readonly certificates: readonly string[]; readonly until: Date }

// A list of revoked certificates, version 2, in DER (RFC 5280).
function revocationList({ issuer, certificates, until }: List, by: KeyObject): string {
  const from = new Date(Math.min(Date.now(), until.getTime()) - hourMs)
  const revoked = certificates.map((text) => {
    const serial = Buffer.from(new X509Certificate(text).serialNumber, 'hex')
    return sequence(tlv(0x02, serial), timeOf(from))
  })
  const version = tlv(0x02, Buffer.from([1]))
  const entries = revoked.length === 0 ? [] : [sequence(...revoked)]
  const body = sequence(version, algorithm, nameOf(issuer), timeOf(from), timeOf(until), ...entries)
  return signed(body, 'X509 CRL', by)
}

function signed(body: Buffer, label: string, by: KeyObject): string {
  const der = sequence(body, algorithm, tlv(0x03, Buffer.from([0]), sign('sha256', body, by)))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

const algorithm = sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
const boolean = tlv(0x01, Buffer.from([0xff]))

function extension(oid: string, value: Buffer): Buffer {
  return sequence(tlv(0x06, Buffer.from(oid, 'hex')), tlv(0x04, value))
}

function nameOf(common: string): Buffer {
  const oid = tlv(0x06, Buffer.from('550403', 'hex'))
  return sequence(tlv(0x31, sequence(oid, tlv(0x0c, Buffer.from(common)))))
}

function timeOf(date: Date): Buffer {
  const text = `${date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')}`
  return tlv(0x18, Buffer.from(text))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts)
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
