import { encodeId, idPrefix } from '#kernel'
import type { AccountName, BookNumber } from '../commands.ts'

export type AccountFacts = AccountName & {
  readonly number: number
  readonly book: BookNumber
  readonly publicId: string
}

export function accountFacts(facts: Omit<AccountFacts, 'publicId'>): AccountFacts {
  const { number, book, id, code, asset } = facts
  return { number, book, id, code, asset, publicId: encodeId(idPrefix.account, id) }
}
