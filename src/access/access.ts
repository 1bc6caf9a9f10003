import type { Timestamp, Uuid } from '#kernel'
import type { Scope } from '#platform/http'

/** An isolated set of accounts: a tenant, or test mode beside live. */
export type Book = {
  readonly number: number
  readonly id: Uuid
  readonly code: string
  readonly name: string | null
  readonly createdAt: Timestamp
}

/** An API key without its text, which only the client has. */
export type ApiKey = {
  readonly id: Uuid
  readonly book: Pick<Book, 'number' | 'id' | 'code'>
  readonly scope: Scope
  readonly name: string
  readonly createdAt: Timestamp
  readonly revokedAt: Timestamp | undefined
  /** Exact to about a minute. */
  readonly lastUsedAt: Timestamp | undefined
}

/** The key behind an administrative act; undefined for the program itself. */
export type Actor = Uuid | undefined

/** Ids have a longer tail after `book_`, so no code looks like an id. */
export const bookCodePattern = '^[a-z0-9][a-z0-9_-]{0,23}$'
