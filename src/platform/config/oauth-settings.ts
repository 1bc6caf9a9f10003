import { openSecret, type Secret } from '../secrets/index.ts'

/** Where clients reach the API, and what seals the secrets in the database. */
export type OauthSettings = {
  /** undefined: the address on which the process listens. */
  readonly issuer: string | undefined
  /** undefined: a file in the data directory. */
  readonly sealKey: Secret | undefined
}

export const oauthOptions = { issuer: { type: 'string' }, 'seal-key': { type: 'string' } } as const

export const oauthVariables: Readonly<Record<keyof typeof oauthOptions, string>> = {
  issuer: 'MUNIM_ISSUER',
  'seal-key': 'MUNIM_SEAL_KEY',
}

type Values = { readonly [Name in keyof typeof oauthOptions]?: string }
type Environment = Readonly<Record<string, string | undefined>>

const keyLengthMin = 32

export function readOauth(values: Values, environment: Environment, errors: string[]): OauthSettings {
  return { issuer: readIssuer(values.issuer, errors), sealKey: readSealKey(values['seal-key'], environment, errors) }
}

function readIssuer(text: string | undefined, errors: string[]): string | undefined {
  if (text === undefined) return undefined
  const origin = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text).origin : undefined
  if (origin !== undefined && text.replace(/\/$/, '') === origin) return origin
  errors.push('--issuer must be the address of the API without a path, such as https://payments.example.com.')
  return undefined
}

function readSealKey(reference: string | undefined, environment: Environment, errors: string[]): Secret | undefined {
  if (reference === undefined) return undefined
  if (!/^(env|file):./.test(reference)) {
    errors.push('--seal-key must be a reference, env:NAME or file:PATH.')
    return undefined
  }
  const opened = openSecret(reference, environment)
  if (!opened.ok) {
    errors.push(`--seal-key: ${opened.why}.`)
    return undefined
  }
  if (opened.secret.versions().every(({ length }) => length >= keyLengthMin)) return opened.secret
  errors.push(`--seal-key must lead to values of ${keyLengthMin} characters or more.`)
  return undefined
}
