import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenApiDocument } from '#platform/openapi'

/** Who sends a request. A caller that `isRefused` may get nothing from a route that needs a permission. */
export type Caller = {
  readonly name: string
  /** The value of the header Authorization; undefined: it sends none. */
  readonly authorization: string | undefined
  readonly book: string
  readonly isRefused: boolean
}

export type FuzzTarget = {
  readonly url: string
  readonly operatorKey: string
  /** Signs with the key of the server, for tokens that are genuine and have expired. */
  readonly signToken: (header: object, payload: object) => Promise<string>
}

export type Callers = {
  /** The first may do everything. */
  readonly accepted: readonly Caller[]
  readonly refused: readonly Caller[]
  /** Ids of the keys and clients that the run needs. */
  readonly ids: readonly string[]
  /** New tokens, as those before may have ended. */
  readonly renew: () => Promise<void>
}

type Json = Readonly<Record<string, unknown>>
export type Ask = (method: string, path: string, body?: object) => Promise<Json>

export function createAsk({ url, operatorKey }: Pick<FuzzTarget, 'url' | 'operatorKey'>): Ask {
  const ask: Ask = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${operatorKey}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Json
    // A request of the run may have limited the book.
    if (response.status === 429) {
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 1))
      return ask(method, path, body)
    }
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`)
    return answer
  }
  return ask
}

export async function makeCallers(target: FuzzTarget, contract: OpenApiDocument): Promise<Callers> {
  const ask = createAsk(target)
  const permissions = contract.components.schemas.Permission?.enum as string[]
  const { data: first } = (await ask('GET', '/v1/api-keys')) as { readonly data: readonly Json[] }
  await ask('POST', '/v1/books', { code: 'other' })
  const makeKey = (scope: string, book: string) => ask('POST', '/v1/api-keys', { scope, book, name: `fuzz ${scope}` })
  const keys = await Promise.all([
    ...['admin', 'write', 'read'].map((scope) => makeKey(scope, 'main')),
    ...['admin', 'read'].map((scope) => makeKey(scope, 'other')),
  ])
  const ofBook = permissions.filter((one) => one !== 'books:any')
  const clients = await Promise.all([
    ask('POST', '/v1/oauth-clients', { name: 'fuzz', permissions: ofBook }),
    ask('POST', '/v1/oauth-clients', { name: 'fuzz of other', permissions: ofBook, book: 'other' }),
  ])
  const revokedKey = await makeKey('admin', 'main')
  await ask('DELETE', `/v1/api-keys/${revokedKey.id}`)
  const gone = await ask('POST', '/v1/oauth-clients', { name: 'fuzz, revoked', permissions: ofBook })
  const revokedToken = await askToken(target.url, gone)
  await ask('DELETE', `/v1/oauth-clients/${gone.id}`)

  const tokens = clients.map(() => '')
  const forged: Caller[] = []
  const renew = async () => {
    for (const [at, client] of clients.entries()) tokens[at] = await askToken(target.url, client)
    forged.splice(0, forged.length, ...(await forgeries(tokens[0] ?? '', target)))
  }
  await renew()
  const bearer = (name: string, text: string, also: Partial<Caller> = {}): Caller => {
    return { name, authorization: `Bearer ${text}`, book: 'main', isRefused: false, ...also }
  }
  const names = ['admin', 'writer', 'reader', 'admin of other', 'reader of other']
  return {
    get accepted() {
      return [
        bearer('operator', target.operatorKey),
        ...keys.map((key, at) => bearer(names[at] ?? '', String(key.key), { book: at < 3 ? 'main' : 'other' })),
        bearer('client', tokens[0] ?? ''),
        bearer('client of other', tokens[1] ?? '', { book: 'other' }),
      ]
    },
    get refused() {
      return [
        { name: 'no one', authorization: undefined, book: 'main', isRefused: true },
        bearer('revoked key', String(revokedKey.key), { isRefused: true }),
        bearer('revoked client', revokedToken, { isRefused: true }),
        ...forged,
      ]
    },
    ids: [...first, ...keys, ...clients].map(({ id }) => String(id)),
    renew,
  }
}

async function askToken(url: string, client: Json): Promise<string> {
  const body = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_id: String(client.id), client_secret: String(client.client_secret) },
  })
  const response = await fetch(`${url}/oauth/token`, { method: 'POST', body })
  const answer = (await response.json()) as Json
  if (!response.ok) throw new Error(`no token: ${JSON.stringify(answer)}`)
  return String(answer.access_token)
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (segment: string): Json => JSON.parse(Buffer.from(segment, 'base64url').toString())

/** Tokens made from a genuine one, none of which is genuine. */
async function forgeries(token: string, { url, signToken }: FuzzTarget): Promise<Caller[]> {
  const [head = '', body = '', signature = ''] = token.split('.')
  const [header, payload] = [decode(head), decode(body)]
  const { keys } = (await (await fetch(`${url}/oauth/jwks`)).json()) as { readonly keys: readonly JsonWebKey[] }
  const published = keys.find((key) => key.kid === header.kid) ?? {}
  const pem = createPublicKey({ key: published, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = (given: object, claims: object) => {
    const text = `${encode(given)}.${encode(claims)}`
    const key = { key: strange.privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
  }
  const hs256 = `${encode({ ...header, alg: 'HS256' })}.${body}`
  const nowSeconds = Math.floor(Date.now() / 1000)
  const texts: Readonly<Record<string, string>> = {
    expired: await signToken(header, { ...payload, iat: nowSeconds - 700, exp: nowSeconds - 60 }),
    'another audience': await signToken(header, { ...payload, aud: 'https://other.example/v1' }),
    'alg none': `${encode({ ...header, alg: 'none' })}.${body}.`,
    'alg none with a signature': `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
    'HS256 with the public key': `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`,
    'another key': signed(header, payload),
    'a key of its own': signed({ ...header, jwk: strange.publicKey.export({ format: 'jwk' }) }, payload),
    'kid of a path': signed({ ...header, kid: '../../../dev/null' }, payload),
    'more permissions': `${head}.${encode({ ...payload, scope: `${payload.scope} books:any` })}.${signature}`,
    'cut short': token.slice(0, -5),
    'a key that never was': `munim_${'x'.repeat(43)}`,
    garbage: 'ey.\u00ff.=',
    long: 'x'.repeat(6000),
  }
  const schemes = { 'Basic of a key': `Basic ${Buffer.from(token).toString('base64')}`, 'an empty one': 'Bearer ' }
  return [
    ...Object.entries(texts).map(([name, text]) => [name, `Bearer ${text}`] as const),
    ...Object.entries(schemes),
  ].map(([name, authorization]) => ({ name, authorization, book: 'main', isRefused: true }))
}
