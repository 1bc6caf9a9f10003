import { decodeId, idPrefix } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { AccountReference, BookNumber } from '../commands.ts'
import type { AccountFacts } from './account-facts.ts'
import { readAccountsByCode, readAccountsById } from './account-store.ts'

export type NamedAccount = { readonly book: BookNumber; readonly reference: AccountReference }

/** Caches account facts, which never change. */
export type AccountDirectory = {
  readonly known: (book: BookNumber, reference: AccountReference) => AccountFacts | undefined
  readonly load: (queryable: Queryable, wanted: readonly NamedAccount[]) => Promise<void>
}

export type SharedDirectory = AccountDirectory & {
  /** For a new server, which may number accounts differently. */
  readonly clear: () => void
  /** The shared directory plus a private one for accounts `opened` in a transaction, as a rollback removes them. */
  readonly within: (opened: OpenedAccounts) => AccountDirectory
}

/** The accounts opened in a transaction, by code and by hexadecimal id. */
export type OpenedAccounts = {
  readonly has: (book: BookNumber, name: string) => boolean
}

/** Names in one of the cache's two generations. A batch's commands have fewer names. */
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
  /** Called before a query. The answer belongs to this generation of names, which may be cleared before it arrives. */
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

/** Two generations with one bound for all books. Joining book and reference into one key would cost more. */
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
