import { encodeId, idPrefix } from '#kernel'
import type { AccountName, BookNumber } from '../commands.ts'

/** The immutable facts of an account, with its number inside the database. */
export type AccountFacts = AccountName & {
  readonly number: number
  readonly book: BookNumber
  readonly publicId: string
}

/** Adds the account's public id, which many answers show. */
export function accountFacts(facts: Omit<AccountFacts, 'publicId'>): AccountFacts {
  const { number, book, id, code, asset } = facts
  return { number, book, id, code, asset, publicId: encodeId(idPrefix.account, id) }
}
