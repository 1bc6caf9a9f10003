import type { Refusal, Uuid } from '#kernel'

/**
 * What an API key may do; each includes the ones before it. `read`, `write` and `admin` are for the book
 * of the key; `operator` is for the whole installation: every book, and what all books share.
 */
export const scopes = ['read', 'write', 'admin', 'operator'] as const
export type Scope = (typeof scopes)[number]

/** Whether a key of scope `held` may call what needs `needed`. */
export function scopeSuffices(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed)
}

/** Who calls, and the book the call acts in. */
export type Caller = {
  readonly keyId: Uuid
  readonly scope: Scope
  readonly book: { readonly number: number; readonly id: Uuid; readonly code: string }
}

/**
 * The credentials of a request: the bearer token and the `Munim-Book` header, as they were sent, and
 * the address they came from.
 */
export type Credentials = {
  readonly key: string
  readonly book: string | undefined
  readonly address?: string | undefined
}

export type AuthenticationResult =
  | { readonly ok: true; readonly value: Caller }
  | { readonly ok: false; readonly refusal: Refusal }

/**
 * Recognizes a caller. Answers at once when it knows the key, and with a promise when it has to ask
 * the database; throws a retryable Fault when that is away.
 */
export type Authenticate = (credentials: Credentials) => AuthenticationResult | Promise<AuthenticationResult>
