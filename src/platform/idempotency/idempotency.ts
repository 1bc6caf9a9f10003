/** A request that must have one effect. */
export type IdempotentRequest = {
  /** Keys of different books never collide. */
  readonly book: number
  readonly key: string
  /** SHA-256 over method, path and body. The same key with another fingerprint is an error. */
  readonly fingerprint: Buffer
}

export type StoredAnswer = { readonly status: number; readonly body: string }

export type Idempotent<Value> =
  | { readonly kind: 'done'; readonly value: Value; readonly answer: StoredAnswer }
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer }
  | { readonly kind: 'mismatched' }
