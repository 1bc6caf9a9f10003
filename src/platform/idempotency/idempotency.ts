/** A request that is to have one effect: whose, under which key, and what it says. */
export type IdempotencyClaim = {
  /** The number of the book the caller acts in; keys of two books never meet. */
  readonly book: number
  readonly key: string
  /** SHA-256 over method, path and body: the same key with another fingerprint is an error. */
  readonly fingerprint: Buffer
}

/** A first answer, kept for replays. */
export type StoredAnswer = { readonly status: number; readonly body: string }

/** What an idempotent write came to. */
export type Idempotent<Value> =
  | { readonly kind: 'done'; readonly value: Value; readonly answer: StoredAnswer }
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer }
  /** The key was used with other content. */
  | { readonly kind: 'mismatched' }
