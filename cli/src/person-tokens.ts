import { type AccessTokens, MunimConnectionError } from '@munim/sdk'
import { CliFailure } from './failure.ts'
import { type Login, readLogin, storeLogin, withLogins } from './login-file.ts'

export const cliClientId = 'munim-cli'

/** A token is renewed before it ends, so that it does not end on the way. */
const aheadMs = 30_000

export type Server = { readonly url: string; readonly fetch: typeof globalThis.fetch }

/** Tokens of the person who has logged in at this server. They are renewed, and kept in the file of logins. */
export function personTokens({ url, fetch }: Server): AccessTokens {
  return async (refused) => {
    const known = loggedIn(url)
    if (isGood(known, refused)) return known.access_token
    return withLogins(async () => {
      // Another process may have renewed it meanwhile.
      const login = loggedIn(url)
      if (isGood(login, refused)) return login.access_token
      const form = { grant_type: 'refresh_token', refresh_token: login.refresh_token }
      const renewed = await askTokens({ url, fetch }, form)
      if (renewed === 'ended') {
        storeLogin(url, undefined)
        throw new CliFailure(`the login at ${url} has ended: run "munim login" again`)
      }
      storeLogin(url, renewed)
      return renewed.access_token
    })
  }
}

function loggedIn(url: string): Login {
  const login = readLogin(url)
  if (login === undefined) throw new CliFailure(`no one is logged in at ${url}: run "munim login"`)
  return login
}

function isGood({ access_token, expires_ms }: Login, refused: string | undefined): boolean {
  return access_token !== refused && Date.now() < expires_ms - aheadMs
}

/** `ended`: what was shown is not valid, or not any more. */
export async function askTokens(
  { url, fetch }: Server,
  form: Readonly<Record<string, string>>,
): Promise<Login | 'ended'> {
  const askedMs = Date.now()
  const address = `${url}/oauth/token`
  const lost = (cause: unknown) => {
    throw new MunimConnectionError(address, 1, cause)
  }
  const response = await fetch(address, posted({ client_id: cliClientId, ...form })).catch(lost)
  const body = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>
  if (response.status >= 500) lost(new Error(`the server answered ${response.status}`))
  if (response.status === 400 && body.error === 'invalid_grant') return 'ended'
  const { access_token, refresh_token, expires_in } = body
  if (!response.ok || typeof access_token !== 'string' || typeof refresh_token !== 'string') {
    throw new CliFailure(`${url} gave no token (${response.status} ${String(body.error ?? body.code ?? '')})`)
  }
  const lifeMs = (typeof expires_in === 'number' ? expires_in : 60) * 1000
  return { access_token, refresh_token, expires_ms: askedMs + lifeMs }
}

export function posted(form: Readonly<Record<string, string>>): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  }
}
