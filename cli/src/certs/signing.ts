import { randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
// The library's container needs it, and needs it first.
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509'

// Keys are of ECDSA on P-256, and signatures with SHA-256.

export const reasons = {
  'key-compromise': X509CrlReason.keyCompromise,
  superseded: X509CrlReason.superseded,
  'cessation-of-operation': X509CrlReason.cessationOfOperation,
  'privilege-withdrawn': X509CrlReason.privilegeWithdrawn,
} as const

export type Reason = keyof typeof reasons
export type Pair = { readonly cert: string; readonly key: string }
export type Span = { readonly notBefore: Date; readonly notAfter: Date }
export type Subject = Span & {
  readonly name: string
  readonly roles: readonly string[]
  /** Names and addresses of a server. A client needs none. */
  readonly hosts: readonly string[]
}
export type Revoked = { readonly serial: string; readonly at: Date; readonly reason: Reason }

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const

cryptoProvider.set(webcrypto)

export async function makeAuthority({ name, notBefore, notAfter }: Span & { readonly name: string }): Promise<Pair> {
  const keys = await makeKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: makeSerial(), name: nameOf(name), notBefore, notAfter, signingAlgorithm, keys },
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: await keyText(keys.privateKey) }
}

export async function issueCertificate(authority: Pair, subject: Subject): Promise<Pair & { readonly serial: string }> {
  const signer = new X509Certificate(authority.cert)
  const keys = await makeKeys()
  const serialNumber = makeSerial()
  const uses = [ExtendedKeyUsage.clientAuth, ...(subject.hosts.length > 0 ? [ExtendedKeyUsage.serverAuth] : [])]
  const names = [
    ...subject.roles.map((role) => ({ type: 'url', value: `munim:role:${role}` }) as const),
    ...subject.hosts.map((host) => ({ type: isIP(host) > 0 ? 'ip' : 'dns', value: host }) as const),
  ]
  const certificate = await X509CertificateGenerator.create({
    ...{ serialNumber, subject: nameOf(subject.name), issuer: signer.subjectName, signingAlgorithm },
    ...{ notBefore: subject.notBefore, notAfter: subject.notAfter },
    ...{ publicKey: keys.publicKey, signingKey: await readKey(authority.key) },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(uses),
      new SubjectAlternativeNameExtension(names),
      await AuthorityKeyIdentifierExtension.create(signer.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: await keyText(keys.privateKey), serial: serialNumber }
}

type List = { readonly number: number; readonly revoked: readonly Revoked[]; readonly from: Date; readonly until: Date }

export async function makeRevocationList(authority: Pair, { number, revoked, from, until }: List): Promise<string> {
  const signer = new X509Certificate(authority.cert)
  const list = await X509CrlGenerator.create({
    ...{ issuer: signer.subjectName, thisUpdate: from, nextUpdate: until, signingAlgorithm },
    signingKey: await readKey(authority.key),
    entries: revoked.map(({ serial, at, reason }) => ({
      ...{ serialNumber: serial, revocationDate: at, reason: reasons[reason] },
    })),
    extensions: [await AuthorityKeyIdentifierExtension.create(signer.publicKey), numberOfList(number)],
  })
  return `${PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}

/** The number of a list (RFC 5280, 5.2.3), which grows. */
function numberOfList(number: number): Extension {
  const hex = number.toString(16)
  // A first bit that is set would make it negative.
  const digits = Buffer.from(hex.padStart(2 * Math.floor(hex.length / 2 + 1), '0'), 'hex')
  return new Extension('2.5.29.20', false, Buffer.from([0x02, digits.length, ...digits]))
}

function nameOf(name: string) {
  return [{ CN: [name] }]
}

/** Positive, and of as many bytes every time. */
function makeSerial(): string {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial.toString('hex')
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(curve, true, ['sign', 'verify'])
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

function readKey(text: string): Promise<webcrypto.CryptoKey> {
  const bytes = PemConverter.decodeFirst(text)
  return webcrypto.subtle.importKey('pkcs8', bytes, curve, false, ['sign'])
}
