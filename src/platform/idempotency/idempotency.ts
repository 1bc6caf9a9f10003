/** A request that must have one effect: its book, its key and its fingerprint. */
export type IdempotencyClaim = {
  /** The number of the caller's book. Keys of two books never collide. */
  readonly book: number
  readonly key: string
  /** SHA-256 over method, path and body. The same key with another fingerprint is an error. */
  readonly fingerprint: Buffer
}

/** A first answer, kept for replays. */
export type StoredAnswer = { readonly status: number; readonly body: string }

export type Idempotent<Value> =
  | { readonly kind: 'done'; readonly value: Value; readonly answer: StoredAnswer }
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer }
  /** The key was used with other content. */
  | { readonly kind: 'mismatched' }
