import type { Timestamp, Uuid } from '#kernel'
import type { AddressList } from '#platform/addresses'
import type { Principal } from '#platform/http'
import type { Grant } from './grant.ts'

/** An isolated set of accounts: a tenant, or test mode beside live. */
export type Book = {
  readonly number: number
  readonly id: Uuid
  readonly code: string
  readonly name: string | null
  readonly createdAt: Timestamp
}

export type NamedBook = Pick<Book, 'number' | 'id' | 'code'>

/** An API key without its text, which only the client has. */
export type ApiKey = {
  readonly id: Uuid
  readonly book: NamedBook
  readonly grant: Grant
  readonly name: string
  /** From which alone it may be used; undefined: from all. */
  readonly addresses: AddressList | undefined
  readonly createdAt: Timestamp
  readonly revokedAt: Timestamp | undefined
  /** Exact to about a minute. */
  readonly lastUsedAt: Timestamp | undefined
}

/** Who is behind an administrative act; undefined for the program itself. */
export type Actor = Principal | undefined

/** Ids have a longer tail after `book_`, so no code looks like an id. */
export const bookCodePattern = '^[a-z0-9][a-z0-9_-]{0,23}$'
