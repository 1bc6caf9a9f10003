import { BoundedCache, decodeId, idPrefix } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { AccountFacts } from './account-facts.ts'
import { readAccountsByCode, readAccountsById } from './account-store.ts'
import type { AccountReference, BookNumber } from './commands.ts'

/** An account as it is named in a command. */
export type NamedAccount = { readonly book: BookNumber; readonly reference: AccountReference }

/** Finds accounts by id or code. Their facts never change, so what was found once is remembered. */
export type AccountDirectory = {
  /** The account when it is known already. */
  readonly known: (book: BookNumber, reference: AccountReference) => AccountFacts | undefined
  /** Looks up in the database those of `wanted` that are not known yet. */
  readonly load: (queryable: Queryable, wanted: readonly NamedAccount[]) => Promise<void>
}

/** How many names of a book, and how many books, a directory remembers; at most twice as many. */
const namesMax = 100_000
const booksMax = 100

export function createAccountDirectory(): AccountDirectory {
  // A map a book: joining book and reference into one key would cost more than the look-up.
  const books = new BoundedCache<BookNumber, BoundedCache<AccountReference, AccountFacts>>(booksMax)
  const remember = (reference: AccountReference, facts: AccountFacts) => {
    let names = books.get(facts.book)
    if (names === undefined) {
      names = new BoundedCache(namesMax)
      books.set(facts.book, names)
    }
    names.set(reference, facts)
  }

  return {
    known: (book, reference) => books.get(book)?.get(reference),
    load: async (queryable, wanted) => {
      const ids = new Map<string, { book: BookNumber; id: string; reference: string }>()
      const codes = new Map<string, { book: BookNumber; code: string }>()
      for (const { book, reference } of wanted) {
        const id = decodeId(idPrefix.account, reference)
        if (id !== undefined) ids.set(`${book} ${id}`, { book, id, reference })
        else codes.set(`${book} ${reference}`, { book, code: reference })
      }
      if (ids.size > 0) {
        for (const facts of await readAccountsById(queryable, [...ids.values()])) {
          const named = ids.get(`${facts.book} ${facts.id}`)
          if (named) remember(named.reference, facts)
        }
      }
      if (codes.size > 0) {
        for (const facts of await readAccountsByCode(queryable, [...codes.values()])) remember(facts.code, facts)
      }
    },
  }
}
