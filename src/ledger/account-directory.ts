import { decodeId, idPrefix } from '#kernel'
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

/** The directory of a process. */
export type SharedDirectory = AccountDirectory & {
  /** Forgets everything: another server may have numbered accounts otherwise. */
  readonly clear: () => void
  /**
   * A directory for the time of a caller's transaction. It knows what this one knows, and keeps to
   * itself the accounts that were `opened` in that transaction: if it is rolled back, they never were.
   */
  readonly within: (opened: OpenedAccounts) => AccountDirectory
}

/** The accounts that were opened in a transaction, by code and by id in hexadecimal. */
export type OpenedAccounts = {
  readonly has: (book: BookNumber, name: string) => boolean
}

/** How many names are remembered, at most twice: more than the commands of a batch can name. */
const namesMax = 100_000

export function createAccountDirectory(): SharedDirectory {
  let names = new NameCache()
  const known: AccountDirectory['known'] = (book, reference) => names.get(book, reference)
  return {
    clear: () => {
      names = new NameCache()
    },
    ...directoryOf(known, () => {
      const current = names
      return (reference, facts) => current.set(reference, facts)
    }),
    within: (opened) => {
      const own = new NameCache()
      const knownWithin: AccountDirectory['known'] = (book, reference) =>
        own.get(book, reference) ?? known(book, reference)
      return directoryOf(knownWithin, () => {
        const current = names
        return (reference, facts) => {
          const isOpenedHere = opened.has(facts.book, facts.code) || opened.has(facts.book, facts.id)
          ;(isOpenedHere ? own : current).set(reference, facts)
        }
      })
    },
  }
}

function directoryOf(
  known: AccountDirectory['known'],
  /** Called before a question, as what is answered belongs to the time of asking: names may be forgotten meanwhile. */
  rememberNow: () => (reference: AccountReference, facts: AccountFacts) => void,
): AccountDirectory {
  return {
    known,
    load: async (queryable, wanted) => {
      const remember = rememberNow()
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

/**
 * Names of all books, forgotten by generations as in a BoundedCache, with one bound for all books
 * together. A map a book: joining book and reference into one key would cost more than the look-up.
 */
class NameCache {
  #young = new Map<BookNumber, Map<AccountReference, AccountFacts>>()
  #old = new Map<BookNumber, Map<AccountReference, AccountFacts>>()
  #youngNames = 0

  get(book: BookNumber, reference: AccountReference): AccountFacts | undefined {
    const young = this.#young.get(book)?.get(reference)
    if (young !== undefined) return young
    const old = this.#old.get(book)?.get(reference)
    if (old !== undefined) this.set(reference, old)
    return old
  }

  set(reference: AccountReference, facts: AccountFacts): void {
    if (this.#youngNames >= namesMax) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngNames = 0
    }
    let names = this.#young.get(facts.book)
    if (names === undefined) {
      names = new Map()
      this.#young.set(facts.book, names)
    }
    if (!names.has(reference)) this.#youngNames += 1
    names.set(reference, facts)
  }
}
