import { BoundedCache } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { AccountDirectory, NamedAccount } from './account-directory.ts'
import type { AccountFacts } from './account-facts.ts'
import { type Limits, readLimits } from './account-store.ts'
import type { AccountName, AccountReference, AccountState, BookNumber } from './commands.ts'
import { accountState } from './journal.ts'

/** An account as it stood a moment ago, for those who promise something about it before they ask for a transfer. */
export type AccountStanding = AccountName & {
  readonly state: AccountState
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  /** Of an account with a `maxBalance`: what it has, with what is held to come in; 0n for others. */
  readonly incoming: bigint
}

/** The standing of an account by its id or code; undefined when there is no such account. */
export type Standings = (book: BookNumber, reference: AccountReference) => AccountStanding | undefined

/** How accounts stand; what was read lately is not read again. */
export type StandingReader = {
  readonly read: (
    on: Queryable,
    named: readonly NamedAccount[],
    options: { readonly directory: AccountDirectory; readonly maxAgeMs: number },
  ) => Promise<Standings>
  /** Somebody changes this account now, and when that is committed nobody tells. */
  readonly changing: (account: number) => void
  readonly forget: () => void
}

type Kept = { readonly standing: AccountStanding; readonly readMs: number }

const keptMax = 100_000
/** A transaction that changes an account has ended after so long. */
const changingMs = 35_000

export function createStandingReader(): StandingReader {
  const kept = new BoundedCache<number, Kept>(keptMax)
  const changed = new BoundedCache<number, number>(keptMax)

  const keep = ({ number, state, maxBalance }: Limits, standing: AccountStanding, readMs: number) => {
    // What says no, or depends on the balance, is read each time.
    const saysYes = state === accountState.open && maxBalance === null
    if (saysYes && readMs - (changed.get(number) ?? -changingMs) >= changingMs) kept.set(number, { standing, readMs })
  }
  return {
    read: async (on, named, { directory, maxAgeMs }) => {
      const found = new Map<number, AccountStanding>()
      const toRead = new Map<number, AccountFacts>()
      const nowMs = performance.now()
      /** Answers those that nobody has named yet. */
      const sort = (some: readonly NamedAccount[]): NamedAccount[] =>
        some.filter(({ book, reference }) => {
          const facts = directory.known(book, reference)
          if (facts === undefined) return true
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
        if (maxAgeMs > 0) keep(limits, standing, nowMs)
      }
      return (book, reference) => {
        const facts = directory.known(book, reference)
        return facts && found.get(facts.number)
      }
    },
    changing: (account) => {
      kept.delete(account)
      changed.set(account, performance.now())
    },
    forget: () => kept.clear(),
  }
}

function standingOf(facts: AccountFacts, { state, minAvailable, maxBalance, incoming }: Limits): AccountStanding {
  const name = state === accountState.open ? 'open' : state === accountState.frozen ? 'frozen' : 'closed'
  const { id, code, asset } = facts
  return { id, code, asset, state: name, minAvailable, maxBalance, incoming }
}
