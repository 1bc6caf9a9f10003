import { BoundedCache } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { AccountName, AccountReference, AccountState, BookNumber } from '../commands.ts'
import { accountState } from '../sealing/journal.ts'
import type { AccountDirectory, NamedAccount } from './account-directory.ts'
import type { AccountFacts } from './account-facts.ts'
import { type Limits, readLimits } from './account-store.ts'

/** A recent state, for callers that promise something about an account before they request a transfer. */
export type AccountStanding = AccountName & {
  readonly state: AccountState
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  /** Posted plus pending in, without lapsed holds; 0n without a `maxBalance`. */
  readonly incoming: bigint
}

/** Finds a standing by id or code; undefined when the account does not exist. */
export type Standings = (book: BookNumber, reference: AccountReference) => AccountStanding | undefined

export type StandingReader = {
  readonly read: (on: Queryable, named: readonly NamedAccount[], options: ReadingOptions) => Promise<Standings>
  /** A transaction is changing this account, and no notification follows its commit. */
  readonly changing: (account: number) => void
  readonly forget: () => void
}

type ReadingOptions = { readonly directory: AccountDirectory; readonly maxAgeMs: number }
type Kept = { readonly standing: AccountStanding; readonly readMs: number }

const keptMax = 100_000
/** A transaction that changes an account ends within this time. */
const changingMs = 35_000

export function createStandingReader(): StandingReader {
  const kept = new BoundedCache<number, Kept>(keptMax)
  const changed = new BoundedCache<number, number>(keptMax)
  let forgotten = 0

  const keep = ({ number, state, maxBalance }: Limits, standing: AccountStanding, readMs: number) => {
    // Do not cache a standing that refuses or that depends on the balance.
    const saysYes = state === accountState.open && maxBalance === null
    if (saysYes && readMs - (changed.get(number) ?? -changingMs) >= changingMs) kept.set(number, { standing, readMs })
  }
  const readOnce = async (
    on: Queryable,
    named: readonly NamedAccount[],
    { directory, maxAgeMs }: ReadingOptions,
  ): Promise<Standings> => {
    const found = new Map<number, AccountStanding>()
    const toRead = new Map<number, AccountFacts>()
    // Kept here because the directory may evict a name before the caller looks up its standing.
    const numbers = new Map<BookNumber, Map<AccountReference, number>>()
    const [nowMs, age] = [performance.now(), forgotten]
    const sort = (some: readonly NamedAccount[]): NamedAccount[] =>
      some.filter(({ book, reference }) => {
        const facts = directory.known(book, reference)
        if (facts === undefined) return true
        let ofBook = numbers.get(book)
        if (ofBook === undefined) {
          ofBook = new Map()
          numbers.set(book, ofBook)
        }
        ofBook.set(reference, facts.number)
        if (found.has(facts.number)) return false
        const lately = kept.get(facts.number)
        if (lately !== undefined && nowMs - lately.readMs < maxAgeMs) found.set(facts.number, lately.standing)
        else toRead.set(facts.number, facts)
        return false
      })
    const unknown = sort(named)
    if (unknown.length > 0) {
      await directory.load(on, unknown)
      sort(unknown)
    }
    for (const limits of toRead.size === 0 ? [] : await readLimits(on, [...toRead.keys()])) {
      const facts = toRead.get(limits.number)
      if (facts === undefined) continue
      const standing = standingOf(facts, limits)
      found.set(limits.number, standing)
      if (maxAgeMs > 0 && age === forgotten) keep(limits, standing, nowMs)
    }
    return (book, reference) => {
      const number = numbers.get(book)?.get(reference)
      return number === undefined ? undefined : found.get(number)
    }
  }
  return {
    // A `forget` during the read means another server, which may number accounts differently: read again.
    read: async (on, named, options) => {
      for (;;) {
        const before = forgotten
        const standings = await readOnce(on, named, options)
        if (before === forgotten) return standings
      }
    },
    changing: (account) => {
      kept.delete(account)
      changed.set(account, performance.now())
    },
    forget: () => {
      forgotten += 1
      kept.clear()
    },
  }
}

function standingOf(facts: AccountFacts, { state, minAvailable, maxBalance, incoming }: Limits): AccountStanding {
  const name = state === accountState.open ? 'open' : state === accountState.frozen ? 'frozen' : 'closed'
  const { id, code, asset } = facts
  return { id, code, asset, state: name, minAvailable, maxBalance, incoming }
}
