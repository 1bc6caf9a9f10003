import type { IncomingMessage } from 'node:http'
import type { Configuration, errors, interactionPolicy, KoaContextWithOIDC } from 'oidc-provider'
import type { PeopleAccounts, ProvedPerson } from './people-accounts.ts'

export const authorizePath = '/oauth/authorize'
export const revocationPath = '/oauth/revoke'
export const userinfoPath = '/oauth/userinfo'
export const loginPath = '/oauth/login'
export const peopleScopes = ['openid', 'profile', 'email', 'offline_access'] as const
export const peopleClaims = {
  openid: ['sub', 'amr', 'auth_time'],
  profile: ['name', 'preferred_username', 'munim_role'],
  email: ['email'],
} as const

/** A login lasts for this long at most, and a refresh token for as long as it is not used. */
export const sessionSeconds = 30 * 86_400
const refreshSeconds = 7 * 86_400
const codeSeconds = 60
const loginSeconds = 600

const cookieNames = { interaction: 'munim_login', resume: 'munim_resume', session: 'munim_session' }
const kept = /^munim_(login|resume)(\.sig)?=/

/** In the result of a login. */
export const proof = 'munim_proof'
export type Proof = Omit<ProvedPerson, 'person'>

/** What a browser sends, without any cookie that would stand for an earlier login. */
export function keptCookies(header: string | undefined): string | undefined {
  const cookies = (header ?? '').split(/; */).filter((cookie) => kept.test(cookie))
  return cookies.length === 0 ? undefined : cookies.join('; ')
}

export function sentCookies(cookies: readonly string[]): readonly string[] {
  return cookies.filter((cookie) => kept.test(cookie))
}

/** The shape of what the library passes around: a person, and their generation. */
export type KnownPerson = { readonly accountId: string; readonly generation: number }

type Library = {
  readonly errors: typeof errors
  readonly interactionPolicy: typeof interactionPolicy
}

type FlowDeps = {
  readonly people: PeopleAccounts
  readonly audience: string
  /** Only keeps cookies from being changed: they hold random names. */
  readonly cookieKey: string
}

/** The authorization code flow, refresh tokens that rotate, and revocation. */
export function configurePeople({ people, audience, cookieKey }: FlowDeps, library: Library): Configuration {
  return {
    scopes: [...peopleScopes],
    claims: Object.fromEntries(Object.entries(peopleClaims).map(([scope, names]) => [scope, [...names]])),
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    cookies: {
      names: cookieNames,
      keys: [cookieKey],
      long: { httpOnly: true, sameSite: 'lax' },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    interactions: {
      policy: loginPolicy(library.interactionPolicy),
      url: (_ctx, { uid }) => `${loginPath}/${uid}`,
    },
    findAccount: async (_ctx, person, token) => {
      const session = token !== undefined && 'grantId' in token ? token.grantId : undefined
      const found = await people.find({ person, session })
      if (found === undefined) return undefined
      const claims = async () => ({ sub: found.id, ...found.claims })
      return { accountId: found.id, generation: found.generation, claims }
    },
    loadExistingGrant: async (ctx) => {
      const { account, client, result } = ctx.oidc
      if (account === undefined || client === undefined || result?.login === undefined) return undefined
      const proved = { person: account.accountId, ...(result[proof] as Proof) }
      const opened = await people.openSession({ ...proved, client: client.clientId })
      if (opened === undefined) throw new library.errors.AccessDenied('this person may not use this client, or not now')
      const { accountId } = account
      const grant = new ctx.oidc.provider.Grant({ accountId, clientId: client.clientId })
      grant.jti = opened.id
      const asked = ctx.oidc.requestParamScopes
      grant.addOIDCScope(peopleScopes.filter((scope) => asked.has(scope)).join(' '))
      grant.addResourceScope(audience, opened.permissions.filter((permission) => asked.has(permission)).join(' '))
      await grant.save()
      return grant
    },
    renderError: (ctx, out) => {
      ctx.type = 'json'
      ctx.body = JSON.stringify(out)
    },
    ttl: {
      ...{ AuthorizationCode: codeSeconds, Interaction: loginSeconds, Session: loginSeconds, IdToken: loginSeconds },
      ...{ Grant: sessionSeconds, RefreshToken: refreshSeconds },
    },
  }
}

/** Each authorization asks who it is: no browser is remembered. Clients belong to the installation, so none asks for consent. */
function loginPolicy({ base, Check }: typeof interactionPolicy) {
  const policy = base()
  policy.get('consent')?.checks.clear()
  const isProved = (ctx: KoaContextWithOIDC) => ctx.oidc.result?.login !== undefined
  policy
    .get('login')
    ?.checks.add(new Check('each_time', 'a login is needed', 'login_required', (ctx) => !isProved(ctx)))
  return policy
}

export const revocation = {
  enabled: true,
  allowedPolicy: (_ctx: KoaContextWithOIDC, client: { clientId: string }, token: { clientId?: string | undefined }) =>
    token.clientId === client.clientId,
}

type Interacting = {
  readonly interactionDetails: (
    raw: IncomingMessage,
    response: never,
  ) => Promise<{ readonly uid: string; readonly params: Readonly<Record<string, unknown>> }>
}

/** A login that was begun at a client. */
export type BegunLogin = {
  readonly uid: string
  readonly client: string
  readonly redirectUri: string
  readonly hint: string | undefined
}

export function begunLogin({ uid, params }: Awaited<ReturnType<Interacting['interactionDetails']>>): BegunLogin {
  const { client_id: client, redirect_uri: redirectUri, login_hint: hint } = params
  return {
    uid,
    client: String(client),
    redirectUri: String(redirectUri),
    hint: typeof hint === 'string' ? hint : undefined,
  }
}
