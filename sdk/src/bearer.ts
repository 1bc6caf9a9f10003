import { type Failure, failureOf, parseJson } from './read-answer.ts'

/** What authenticates requests: a key, or tokens that are taken when they are needed. */
export type Bearer = {
  readonly text: (timeoutMs: number) => string | Promise<string>
  /** After a 401: whether another text may be accepted. */
  readonly refused: (text: string) => boolean
}

export function keyBearer(apiKey: string): Bearer {
  return { text: () => apiKey, refused: () => false }
}

/** Gives an access token. `refused` is the one that the server has just refused. */
export type AccessTokens = (refused: string | undefined) => string | Promise<string>

/** What `accessToken` threw. */
export class NotGiven extends Error {}

export function givenBearer(accessToken: AccessTokens): Bearer {
  let refused: string | undefined
  return {
    text: async () => {
      try {
        return await accessToken(refused)
      } catch (cause) {
        throw new NotGiven('no token', { cause })
      }
    },
    refused: (text) => {
      refused = text
      return true
    },
  }
}

export type ClientCredentials = {
  readonly clientId: string
  readonly clientSecret: string
  /** Of those of the client; undefined: all. */
  readonly permissions: readonly string[] | undefined
}

type TokenDeps = { readonly url: string; readonly fetch: typeof globalThis.fetch }

type Token = { readonly text: string; readonly untilMs: number }

/** The token endpoint answered, but gave no token. */
export class NoToken extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super('no token', { cause: failure.error })
    this.failure = failure
  }
}

/** A token is renewed before it ends, so that it does not end on the way. */
const aheadMs = 30_000
const timerMsMax = 2 ** 31 - 1

/** All calls that need a token at the same time wait for one request. */
export function tokenBearer(credentials: ClientCredentials, deps: TokenDeps): Bearer {
  let token: Token | undefined
  let running: Promise<Token> | undefined
  const renew = (timeoutMs: number) => {
    running ??= takeToken(credentials, deps, timeoutMs)
      .then((taken) => {
        token = taken
        return taken
      })
      .finally(() => {
        running = undefined
      })
    return running.then(({ text }) => text)
  }
  return {
    text: (timeoutMs) => (token && performance.now() < token.untilMs ? token.text : renew(timeoutMs)),
    refused: (text) => {
      if (token?.text === text) token = undefined
      return true
    },
  }
}

async function takeToken(credentials: ClientCredentials, { url, fetch }: TokenDeps, timeoutMs: number): Promise<Token> {
  const { clientId, clientSecret, permissions } = credentials
  const askedMs = performance.now()
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (permissions !== undefined) form.set('scope', permissions.join(' '))
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(timeoutMs, timerMsMax)))),
  })
  const text = await response.text()
  const granted = response.ok ? parseJson(text) : undefined
  if (!isGranted(granted)) throw new NoToken(failureOf(response, text))
  const lifeMs = (granted.expires_in ?? 60) * 1000
  return { text: granted.access_token, untilMs: askedMs + Math.max(lifeMs - aheadMs, lifeMs / 2) }
}

function isGranted(answered: unknown): answered is { readonly access_token: string; readonly expires_in?: number } {
  return (
    typeof answered === 'object' &&
    answered !== null &&
    'access_token' in answered &&
    typeof answered.access_token === 'string' &&
    (!('expires_in' in answered) || typeof answered.expires_in === 'number')
  )
}
