import { decodeId, encodeId, idPrefix, type Refusal, type Uuid } from '#kernel'
import type { Permission, PermissionSet } from './permissions.ts'

/** Who calls; `service`: another part of the installation. Ids are unique among all kinds. */
export type Principal = {
  readonly kind: 'person' | 'client' | 'key' | 'service'
  readonly id: Uuid
  /** Of a person: the login that the call belongs to. */
  readonly session?: Uuid
  /** Of a client's permissions, when its token was issued. */
  readonly generation?: number
}

const prefixes = {
  person: idPrefix.person,
  client: idPrefix.oauthClient,
  key: idPrefix.apiKey,
  service: idPrefix.service,
}

/** The public id. */
export function encodePrincipal({ kind, id }: Principal): string {
  return encodeId(prefixes[kind], id)
}

/** Undefined: it is the id of nothing that calls. */
export function decodePrincipal(text: string): Principal | undefined {
  for (const kind of ['key', 'client', 'person', 'service'] as const) {
    const id = decodeId(prefixes[kind], text)
    if (id !== undefined) return { kind, id }
  }
  return undefined
}

/** Who calls, with what permissions, and the book in which the call acts. */
export type Caller = {
  readonly principal: Principal
  readonly permissions: PermissionSet
  /** As people know it, for the log of acts. */
  readonly name: string
  /** What gives it the permissions, such as `scope write`. */
  readonly grant: string
  readonly book: { readonly number: number; readonly id: Uuid; readonly code: string }
}

/** The bearer token and the `Munim-Book` header as sent, and the client's address. */
export type Credentials = {
  readonly key: string
  readonly book: string | undefined
  readonly address?: string | undefined
  /** The thumbprint (`x5t#S256`) of the certificate that the client has shown on its connection. */
  readonly certificate?: (() => string | undefined) | undefined
}

export type AuthenticationResult =
  | { readonly ok: true; readonly value: Caller }
  | { readonly ok: false; readonly refusal: Refusal; readonly permission?: Permission }

/** Returns a promise only for a database query. Throws a retryable Fault when the database is unavailable. */
export type Authenticate = (credentials: Credentials) => AuthenticationResult | Promise<AuthenticationResult>
