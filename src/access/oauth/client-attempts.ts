import { timingSafeEqual, type X509Certificate } from 'node:crypto'
import { decodeId, idPrefix, type Taker } from '#kernel'
import { networkOf } from '#platform/addresses'
import { hashSecret } from '#platform/oauth'
import { createKnownLimit, createNamedLimit, createUnknownKeyLimit } from '../unknown-key-limit.ts'
import type { ClientDirectory } from './client-directory.ts'
import type { ListedClient } from './oauth-client.ts'

export type TokenRequest = {
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: Buffer
  readonly address: string | undefined
  readonly certificate: X509Certificate | undefined
}

/** Undefined: too many attempts that proved nothing. */
export type Attempt =
  | {
      /** As whom the request waits for its turn. */
      readonly taker: Taker
      /** Must be called with whether the client has proved what it is. */
      readonly end: (isProved: boolean) => void
    }
  | undefined

type AttemptsDeps = {
  readonly directory: Pick<ClientDirectory, 'lastKnown' | 'learn' | 'read'>
  /** Whether it is a refresh token in force, as far as this process knows. */
  readonly isRefreshToken: (token: string) => boolean
  readonly nowMs: () => number
  readonly wallMs: () => number
  readonly onFault: (error: unknown) => void
}

/** A client that another process made becomes known within this time, once requests are being limited. */
const learnEveryMs = 1000

/**
 * Limits requests whose client does not prove what it is, as unknown keys are limited. A request with the right secret or
 * certificate of a known client is never limited, so guesses from the same address do no harm to it. Assertions of a known
 * client are limited by themselves: strangers that do not know its id cannot use up what it has. Known refresh tokens have a share
 * of their own, so many strangers do not stop the programs of people.
 */
export function createClientAttempts({ directory, isRefreshToken, nowMs, wallMs, onFault }: AttemptsDeps) {
  const limit = createUnknownKeyLimit(nowMs)
  const [assertions, refreshes] = [createNamedLimit(nowMs), createKnownLimit(nowMs)]
  let learntMs = Number.NEGATIVE_INFINITY
  const learn = () => {
    if (nowMs() - learntMs < learnEveryMs) return
    learntMs = nowMs()
    directory.learn().catch(onFault)
  }
  const byAssertion = (client: ListedClient, address: string): Attempt => {
    const name = `${client.id} ${address}`
    if (!assertions.take(name)) return undefined
    const end = (isProved: boolean) => (isProved ? assertions.giveBack(name) : undefined)
    return { taker: { group: client.id, sender: address }, end }
  }
  return (request: TokenRequest): Attempt => {
    const given = credentialsOf(request)
    const address = networkOf({ remoteAddress: request.address })
    const known = given && directory.lastKnown(decodeId(idPrefix.oauthClient, given.id) ?? '')
    if (given && known !== undefined && known.revokedAt === undefined) {
      if (isAssertion(known, given)) return byAssertion(known, address)
      if (hasProof(known, { ...request, ...given, wallMs })) {
        const end = (isProved: boolean) => {
          if (isProved) return
          // It was revoked or changed since.
          limit.take(request.address)
          directory.read(known.id).catch(onFault)
        }
        return { taker: { group: known.id, sender: known.id }, end }
      }
    }
    if (!limit.take(request.address)) {
      const token = refreshTokenOf(request)
      if (token !== undefined && isRefreshToken(token) && refreshes.take(token)) {
        return {
          taker: { group: 'known', sender: address },
          end: (isProved) => (isProved ? refreshes.giveBack(token) : undefined),
        }
      }
      learn()
      return undefined
    }
    const end = (isProved: boolean) => (isProved ? limit.giveBack(request.address) : undefined)
    return { taker: { group: 'strangers', sender: address }, end }
  }
}

function refreshTokenOf({ contentType, body }: TokenRequest): string | undefined {
  const text = isForm({ contentType, body }) ? body.toString('utf8') : ''
  return text.includes('refresh_token=') ? (new URLSearchParams(text).get('refresh_token') ?? undefined) : undefined
}

function isForm({ contentType, body }: Pick<TokenRequest, 'contentType' | 'body'>): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true && body.length <= 10_000
}

type Given = { readonly id: string; readonly secret: string | undefined; readonly assertion: string | undefined }

type Proving = Pick<Given, 'secret'> & Pick<TokenRequest, 'certificate'> & { readonly wallMs: () => number }

function isAssertion({ proof }: ListedClient, { assertion }: Given): boolean {
  return proof.kind === 'keys' && assertion !== undefined
}

function hasProof({ proof }: ListedClient, { secret, certificate, wallMs }: Proving): boolean {
  if (proof.kind === 'certificate') {
    return certificate?.checkHost(proof.dnsName, { subject: 'never', wildcards: false }) !== undefined
  }
  if (proof.kind !== 'secret' || secret === undefined) return false
  const { hash, previous } = proof
  const given = hashSecret(secret)
  if (timingSafeEqual(hash, given)) return true
  return previous !== undefined && previous.until / 1000 > wallMs() && timingSafeEqual(previous.hash, given)
}

function credentialsOf({ authorization, contentType, body }: TokenRequest): Given | undefined {
  const [, encoded] = /^basic +([a-z0-9+/=]{1,1000})$/i.exec(authorization ?? '') ?? []
  if (encoded !== undefined) {
    const text = Buffer.from(encoded, 'base64').toString('utf8')
    const at = text.indexOf(':')
    return at < 0 ? undefined : { id: text.slice(0, at), secret: text.slice(at + 1), assertion: undefined }
  }
  if (!isForm({ contentType, body })) return undefined
  const form = new URLSearchParams(body.toString('utf8'))
  const assertion = form.get('client_assertion') ?? undefined
  const id = form.get('client_id') ?? (assertion && issuerOf(assertion))
  return id === undefined || id === '' ? undefined : { id, secret: form.get('client_secret') ?? undefined, assertion }
}

/** As the assertion says: its signature is not checked yet. */
function issuerOf(assertion: string): string | undefined {
  try {
    const { iss } = JSON.parse(Buffer.from(assertion.split('.', 2)[1] ?? '', 'base64url').toString('utf8'))
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}
