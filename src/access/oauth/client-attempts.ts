import { timingSafeEqual, type X509Certificate } from 'node:crypto'
import { decodeId, idPrefix } from '#kernel'
import { hashSecret } from '#platform/oauth'
import { createUnknownKeyLimit } from '../unknown-key-limit.ts'
import type { ClientDirectory } from './client-directory.ts'

export type TokenRequest = {
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: Buffer
  readonly address: string | undefined
  readonly certificate: X509Certificate | undefined
}

/** Undefined: too many attempts with unknown credentials. */
export type Attempt = { readonly proved: () => void } | undefined

type AttemptsDeps = {
  readonly directory: Pick<ClientDirectory, 'lastKnown' | 'learn'>
  readonly nowMs: () => number
  readonly onFault: (error: unknown) => void
}

/** A client that another process made becomes known within this time, once requests are being limited. */
const learnEveryMs = 1000

/**
 * Limits requests whose client does not prove what it is, as unknown keys are limited. A request with the right secret of
 * a known client is never limited, so guesses from the same address do no harm to it.
 */
export function createClientAttempts({ directory, nowMs, onFault }: AttemptsDeps) {
  const limit = createUnknownKeyLimit(nowMs)
  let learntMs = Number.NEGATIVE_INFINITY
  const learn = () => {
    if (nowMs() - learntMs < learnEveryMs) return
    learntMs = nowMs()
    directory.learn().catch(onFault)
  }
  return (request: TokenRequest): Attempt => {
    const given = secretOf(request)
    if (given && isKnown(directory, given)) return { proved: () => undefined }
    if (!limit.take(request.address)) {
      learn()
      return undefined
    }
    return { proved: () => limit.giveBack(request.address) }
  }
}

type GivenSecret = { readonly id: string; readonly secret: string }

function isKnown(directory: Pick<ClientDirectory, 'lastKnown'>, { id, secret }: GivenSecret): boolean {
  const client = directory.lastKnown(decodeId(idPrefix.oauthClient, id) ?? '')
  if (client?.proof.kind !== 'secret') return false
  const { hash, previous } = client.proof
  const given = hashSecret(secret)
  return timingSafeEqual(hash, given) || (previous !== undefined && timingSafeEqual(previous.hash, given))
}

function secretOf({ authorization, contentType, body }: TokenRequest): GivenSecret | undefined {
  const [, encoded] = /^basic +([a-z0-9+/=]{1,1000})$/i.exec(authorization ?? '') ?? []
  if (encoded !== undefined) {
    const text = Buffer.from(encoded, 'base64').toString('utf8')
    const at = text.indexOf(':')
    return at < 0 ? undefined : { id: text.slice(0, at), secret: text.slice(at + 1) }
  }
  if (!contentType?.startsWith('application/x-www-form-urlencoded') || body.length > 10_000) return undefined
  const form = new URLSearchParams(body.toString('utf8'))
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  return id === null || secret === null ? undefined : { id, secret }
}
