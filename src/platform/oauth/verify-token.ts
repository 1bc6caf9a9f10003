import { type KeyObject, verify } from 'node:crypto'

/** What an access token of this server says (RFC 9068). */
export type TokenClaims = {
  readonly kid: string
  readonly clientId: string
  /** Of the client's permissions, or of the person, when the token was issued. */
  readonly generation: number
  readonly permissions: readonly string[]
  /** Undefined: the token is for the client itself. */
  readonly person: { readonly id: string; readonly session: string } | undefined
  readonly expiresMs: number
  /** `x5t#S256` of the certificate without which the token is worth nothing (RFC 8705). */
  readonly boundTo: string | undefined
}

export type TokenFlaw =
  | 'malformed'
  | 'algorithm'
  | 'type'
  | 'unknown_key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'claims'

export type Verified =
  | { readonly ok: true; readonly claims: TokenClaims }
  | { readonly ok: false; readonly flaw: TokenFlaw }

type VerifierDeps = {
  readonly issuer: string
  readonly audience: string
  readonly keyOf: (kid: string) => KeyObject | undefined
  readonly nowMs: () => number
}

export const tokenType = 'at+jwt'
export const generationClaim = 'munim_generation'
export const sessionClaim = 'munim_session'
const segments = /^([\w-]{1,1000})\.([\w-]{1,8000})\.([\w-]{86})$/
const headerNames = new Set(['alg', 'typ', 'kid'])
/** Clocks of processes on several machines differ. */
const leewayMs = 30_000

export function looksLikeToken(text: string): boolean {
  return text.startsWith('ey') && text.includes('.')
}

/** Accepts only what `createTokenServer` issues. Nothing of a token is used before its signature is known to be right. */
export function createTokenVerifier(deps: VerifierDeps): (token: string) => Verified {
  return (token) => {
    const [, head, body, signature] = segments.exec(token) ?? []
    if (head === undefined || body === undefined || signature === undefined) return flawed('malformed')
    const header = parseObject(head)
    if (header === undefined) return flawed('malformed')
    const wrong = headerFlaw(header)
    if (wrong !== undefined) return flawed(wrong)
    const { kid } = header
    const key = typeof kid === 'string' ? deps.keyOf(kid) : undefined
    if (typeof kid !== 'string' || key === undefined) return flawed('unknown_key')
    const bytes = Buffer.from(signature, 'base64url')
    // Unused bits of the last character would give a token several texts.
    if (bytes.toString('base64url') !== signature) return flawed('malformed')
    const signed = Buffer.from(`${head}.${body}`, 'latin1')
    if (!verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes)) return flawed('signature')
    const payload = parseObject(body)
    return payload === undefined ? flawed('malformed') : readPayload(payload, kid, deps)
  }
}

type Json = Readonly<Record<string, unknown>>

/** The algorithm is ours, whatever the header says: it must only not claim another one. */
function headerFlaw(header: Json): TokenFlaw | undefined {
  if (header.alg !== 'ES256') return 'algorithm'
  if (header.typ !== tokenType) return 'type'
  return Object.keys(header).every((name) => headerNames.has(name)) ? undefined : 'malformed'
}

function readPayload(payload: Json, kid: string, { issuer, audience, nowMs }: VerifierDeps): Verified {
  if (payload.iss !== issuer) return flawed('issuer')
  if (payload.aud !== audience) return flawed('audience')
  const { exp, iat, nbf = iat, client_id: clientId, sub, scope, [generationClaim]: generation } = payload
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof nbf !== 'number') return flawed('claims')
  const now = nowMs()
  if (exp * 1000 <= now) return flawed('expired')
  if (Math.max(iat, nbf) * 1000 > now + leewayMs) return flawed('not_yet_valid')
  const bound = boundOf(payload.cnf)
  if (bound === undefined) return flawed('claims')
  const person = personOf(payload)
  if (typeof clientId !== 'string' || (sub !== clientId) !== (person !== undefined)) return flawed('claims')
  if (typeof scope !== 'string' || typeof generation !== 'number') return flawed('claims')
  const { boundTo } = bound
  return {
    ok: true,
    claims: { kid, clientId, generation, permissions: scope.split(' '), person, expiresMs: exp * 1000, boundTo },
  }
}

/** A token of a person says which login it comes from. */
function personOf({ sub: id, [sessionClaim]: session }: Json): TokenClaims['person'] {
  return typeof id === 'string' && typeof session === 'string' ? { id, session } : undefined
}

/** Undefined for a binding that is not to a certificate: such a token must not pass as one that is not bound. */
function boundOf(confirmation: unknown): { readonly boundTo: string | undefined } | undefined {
  if (confirmation === undefined) return { boundTo: undefined }
  if (typeof confirmation !== 'object' || confirmation === null || Object.keys(confirmation).length !== 1)
    return undefined
  const thumbprint = 'x5t#S256' in confirmation ? confirmation['x5t#S256'] : undefined
  return typeof thumbprint === 'string' && /^[\w-]{43}$/.test(thumbprint) ? { boundTo: thumbprint } : undefined
}

function parseObject(segment: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

function flawed(flaw: TokenFlaw): Verified {
  return { ok: false, flaw }
}
