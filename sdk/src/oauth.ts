import type { Api } from './api.ts'
import { MunimConnectionError } from './errors.ts'
import type { Pages } from './pages.ts'
import type {
  ChangeOauthClient,
  CreateOauthClient,
  ListOauthClients,
  NewOauthClient,
  OauthClient,
  OauthKeys as OauthKeyList,
  RotateOauthClientSecret,
  RotateOauthKeys,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

export type OauthClients = {
  /**
   * Needs an administrator. Only this answer contains the `client_secret`, which is null for a client with `jwks`. If
   * the answer is lost, this throws an error that names the client to revoke.
   */
  readonly create: (client: CreateOauthClient, options?: CallOptions) => Promise<NewOauthClient>
  readonly get: (id: string, options?: CallOptions) => Promise<OauthClient>
  readonly list: (params?: ListOauthClients, options?: CallOptions) => Pages<OauthClient>
  /** Omitted fields stay unchanged. Losing a permission ends the tokens of the client, within ten seconds everywhere. */
  readonly update: (id: string, change: ChangeOauthClient, options?: CallOptions) => Promise<OauthClient>
  /** Only this answer contains the new secret. */
  readonly rotateSecret: (
    id: string,
    rotation?: RotateOauthClientSecret,
    options?: CallOptions,
  ) => Promise<NewOauthClient>
  /** Ends the tokens of the client as well, within ten seconds everywhere. */
  readonly revoke: (id: string, options?: CallOptions) => Promise<OauthClient>
}

export function createOauthClients({ call, list }: Api): OauthClients {
  const shownOnce = (made: NewOauthClient): NewOauthClient => {
    if (made.client_secret !== null || made.auth_method !== 'client_secret') return made
    // The first answer was lost, and the server does not store the secret.
    const lost = new Error(`the secret of ${made.id} was lost on the way; rotate it, or revoke the client`)
    throw new MunimConnectionError('/v1/oauth-clients', 1, lost)
  }
  return {
    create: async (body, options) => shownOnce(await call('create_oauth_client', { body }, options)),
    get: (id, options) => call('get_oauth_client', { params: { id } }, options),
    list: (query, options) => list('list_oauth_clients', { query }, options),
    update: (id, body, options) => call('change_oauth_client', { params: { id }, body }, options),
    rotateSecret: async (id, body = {}, options = undefined) =>
      shownOnce(await call('rotate_oauth_client_secret', { params: { id }, body }, options)),
    revoke: (id, options) => call('revoke_oauth_client', { params: { id } }, options),
  }
}

export type OauthKeys = {
  /** Needs an operator. The next key signs access tokens from now on. */
  readonly rotate: (rotation?: RotateOauthKeys, options?: CallOptions) => Promise<OauthKeyList>
}

export function createOauthKeys({ call }: Api): OauthKeys {
  return { rotate: (body = {}, options = undefined) => call('rotate_oauth_keys', { body }, options) }
}
