import type { Refusal, Uuid } from '#kernel'

/** Each scope includes the ones before it. `operator` covers the whole installation, the others only the key's book. */
export const scopes = ['read', 'write', 'admin', 'operator'] as const
export type Scope = (typeof scopes)[number]

/** Whether a key of scope `held` may call a route that needs `needed`. */
export function scopeSuffices(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed)
}

/** The calling key, and the book in which the call acts. */
export type Caller = {
  readonly keyId: Uuid
  readonly scope: Scope
  readonly book: { readonly number: number; readonly id: Uuid; readonly code: string }
}

/** The bearer token and the `Munim-Book` header as sent, and the client's address. */
export type Credentials = {
  readonly key: string
  readonly book: string | undefined
  readonly address?: string | undefined
}

export type AuthenticationResult =
  | { readonly ok: true; readonly value: Caller }
  | { readonly ok: false; readonly refusal: Refusal }

/** Returns a promise only for a database query. Throws a retryable Fault when the database is unavailable. */
export type Authenticate = (credentials: Credentials) => AuthenticationResult | Promise<AuthenticationResult>
