import type { TlsReferences } from '../tls/index.ts'

/** The files of this process's certificate, and of the authority that signs those of the others. */
export type TlsSettings = {
  readonly references: TlsReferences
  /** Nothing is listened to or connected to without mutual TLS. */
  readonly isSecure: boolean
}

export const tlsOptions = {
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-crl': { type: 'string' },
  secure: { type: 'boolean' },
} as const

export const tlsVariables: Readonly<Record<keyof typeof tlsOptions, string>> = {
  'tls-cert': 'MUNIM_TLS_CERT',
  'tls-key': 'MUNIM_TLS_KEY',
  'tls-ca': 'MUNIM_TLS_CA',
  'tls-crl': 'MUNIM_TLS_CRL',
  secure: 'MUNIM_SECURE',
}

type Values = { readonly [Name in keyof typeof tlsOptions]?: string }

const names = ['tls-cert', 'tls-key', 'tls-ca', 'tls-crl'] as const

/** Undefined: plain connections. */
export function readTls(values: Values, errors: string[]): TlsSettings | undefined {
  const isSecure = readSecure(values.secure, errors)
  const { 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca, 'tls-crl': crl } = values
  const missing = names.filter((name) => values[name] === undefined)
  if (isSecure && missing.length > 0) {
    errors.push(`--secure needs mutual TLS, for which ${listOf(missing)} ${missing.length > 1 ? 'are' : 'is'} missing.`)
    return undefined
  }
  if (missing.length === names.length) return undefined
  if (cert === undefined || key === undefined) errors.push('--tls-cert and --tls-key need each other.')
  if (crl !== undefined && ca === undefined) errors.push('--tls-crl needs --tls-ca.')
  const file = (path: string) => `file:${path}`
  return {
    references: {
      cert: cert && file(cert),
      key: key && file(key),
      ca: ca === undefined ? undefined : [file(ca)],
      crl: crl === undefined ? undefined : [file(crl)],
    },
    isSecure,
  }
}

function readSecure(text: string | undefined, errors: string[]): boolean {
  if (text !== undefined && text !== 'true' && text !== 'false') {
    errors.push(`--secure must be true or false, not "${text}".`)
  }
  return text === 'true'
}

function listOf(flags: readonly string[]): string {
  const all = flags.map((name) => `--${name}`)
  return all.length === 1 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

type Connected = {
  readonly databaseUrl: string | undefined
  readonly otlpEndpoint: string | undefined
}

/** Refuses the other settings that a secure process may not have. */
export function refuseInsecure(
  { databaseUrl, otlpEndpoint }: Connected,
  kafkaCa: string | undefined,
  errors: string[],
): void {
  if (databaseUrl !== undefined) errors.push(...insecureParameters(databaseUrl))
  if (otlpEndpoint?.startsWith('http:')) errors.push('--secure: --otlp-endpoint must begin with https://.')
  if (kafkaCa !== undefined) errors.push('--secure: Kafka is reached with --tls-ca; leave out --kafka-ca.')
}

/** Without the URL, which may hold a password. */
function insecureParameters(databaseUrl: string): string[] {
  const asked = new URLSearchParams(databaseUrl.split('?').slice(1).join('?'))
  const names = [...new Set(asked.keys())].filter((name) => /^(ssl(?!negotiation)|uselibpqcompat)/.test(name))
  const modes = asked.getAll('sslmode')
  const strange = names.filter((name) => name !== 'sslmode' || modes.some((mode) => mode !== 'verify-full'))
  if (strange.length === 0) return []
  return [
    `--secure: PostgreSQL is reached with sslmode=verify-full and the files of --tls-cert; leave ${strange.join(', ')} out of the database's URL.`,
  ]
}
