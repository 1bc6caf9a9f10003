import type { Refusal, Uuid } from '#kernel'

/**
 * The scopes of an API key; each includes the ones before it. `read`, `write` and `admin` are for the book of the key.
 * `operator` is for the whole installation: every book, and everything that books share.
 */
export const scopes = ['read', 'write', 'admin', 'operator'] as const
export type Scope = (typeof scopes)[number]

/** Whether a key of scope `held` may call a route that needs `needed`. */
export function scopeSuffices(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed)
}

/** The key that calls, and the book in which the call acts. */
export type Caller = {
  readonly keyId: Uuid
  readonly scope: Scope
  readonly book: { readonly number: number; readonly id: Uuid; readonly code: string }
}

/** The credentials of a request: the bearer token and the `Munim-Book` header, as sent, and the client's address. */
export type Credentials = {
  readonly key: string
  readonly book: string | undefined
  readonly address?: string | undefined
}

export type AuthenticationResult =
  | { readonly ok: true; readonly value: Caller }
  | { readonly ok: false; readonly refusal: Refusal }

/**
 * Authenticates a caller. Answers at once when it knows the key, and with a promise when it must ask the database.
 * Throws a retryable Fault when the database is unavailable.
 */
export type Authenticate = (credentials: Credentials) => AuthenticationResult | Promise<AuthenticationResult>
