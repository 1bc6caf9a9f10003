/** Where clients reach the API. */
export type OauthSettings = {
  /** undefined: the address on which the process listens. */
  readonly issuer: string | undefined
}

export const oauthOptions = { issuer: { type: 'string' } } as const

export const oauthVariables: Readonly<Record<keyof typeof oauthOptions, string>> = {
  issuer: 'MUNIM_ISSUER',
}

type Values = { readonly [Name in keyof typeof oauthOptions]?: string }

export function readOauth(values: Values, errors: string[]): OauthSettings {
  return { issuer: readIssuer(values.issuer, errors) }
}

function readIssuer(text: string | undefined, errors: string[]): string | undefined {
  if (text === undefined) return undefined
  const origin = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text).origin : undefined
  if (origin !== undefined && text.replace(/\/$/, '') === origin) return origin
  errors.push('--issuer must be the address of the API without a path, such as https://payments.example.com.')
  return undefined
}
