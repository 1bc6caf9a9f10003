/** Where clients reach the API. */
export type OauthSettings = {
  /** undefined: the address on which the process listens. */
  readonly issuer: string | undefined
  /** Whether API keys are taken; otherwise only access tokens are. */
  readonly takesKeys: boolean
}

export const oauthOptions = { issuer: { type: 'string' }, 'api-keys': { type: 'string' } } as const

export const oauthVariables: Readonly<Record<keyof typeof oauthOptions, string>> = {
  issuer: 'MUNIM_ISSUER',
  'api-keys': 'MUNIM_API_KEYS',
}

type Values = { readonly [Name in keyof typeof oauthOptions]?: string }

export function readOauth(values: Values, errors: string[]): OauthSettings {
  const { issuer, 'api-keys': keys = 'on' } = values
  if (keys !== 'on' && keys !== 'off') errors.push(`--api-keys must be on or off, not "${keys}".`)
  return { issuer: readIssuer(issuer, errors), takesKeys: keys !== 'off' }
}

function readIssuer(text: string | undefined, errors: string[]): string | undefined {
  if (text === undefined) return undefined
  const origin = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text).origin : undefined
  if (origin !== undefined && text.replace(/\/$/, '') === origin) return origin
  errors.push('--issuer must be the address of the API without a path, such as https://payments.example.com.')
  return undefined
}
