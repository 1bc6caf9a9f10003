import { type BurstStep, type Database, epochChanged, type Transaction } from '#platform/postgres'
import type { AccountDirectory } from '../accounts/account-directory.ts'
import type { CommandGroup, TransferOutcome } from '../commands.ts'
import type { Along, Ledger } from '../ledger.ts'
import type { BatchKnowledge, BatchRequest } from './batch-knowledge.ts'
import type { ConfirmedBatches } from './confirmed-batches.ts'
import { accountBusy, attemptWithin, isConflict, isDoubtful, isLockTimeout, movedAccount } from './conflict.ts'
import type { Flights } from './flights.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import type { Heads } from './heads.ts'
import { accountsOfKept, type DecidedBatch, decideBatchInTurns, requestsConcerning } from './transfer-batch.ts'

export type PostingDependencies = {
  readonly database: Pick<Database, 'epoch'>
  readonly heads: Heads
  readonly flights: Flights
  readonly confirmed: ConfirmedBatches
  /** How long after a posting more are expected on its accounts. The writer does not batch them meanwhile. */
  readonly expectMs: number
  readonly directoryOf: (tx: Transaction) => AccountDirectory
}

type OnBusy = NonNullable<NonNullable<Parameters<Ledger['postAll']>[2]>['onBusy']>

const nothing: Along = { steps: [], commits: false }
const leaveNothingOut: OnBusy = (busy) => {
  if (busy.length > 0) throw accountBusy()
  return busy
}

/**
 * Account locks make postings take turns. Heads that this process wrote last are still trusted. The primary key of the
 * entries refuses rows decided on any other head, and then heads are read.
 *
 * A lock may be acquired before the answer to the commit that released it has arrived. So before using a cached head,
 * wait for in-flight commits on that account. A posting that does not also commit leaves no head to trust.
 *
 * `onBusy` receives groups whose accounts are not free within lock_timeout. Later postings skip those locks a while.
 * It also receives groups on accounts with more lapsed holds than one batch ends; the posting ends some of them.
 */
export function createPostAll(
  deps: PostingDependencies,
): Pick<Ledger, 'postAll'> & { readonly decideWithin: DecideWithin } {
  /** Transactions that have posted and are not known to have committed: only the database knows their heads. */
  const open = new WeakSet<Transaction>()

  const postAll: Ledger['postAll'] = async (tx, groups, { before = [], along = () => nothing, onBusy } = {}) => {
    const posting = new Posting(deps, { tx, groups, open, leavesOut: onBusy !== undefined })
    let unsent = before
    let areLocksWaitedFor = true
    const posted = attemptWithin(
      tx,
      async ({ begin, keep, failure }) => {
        if (failure !== undefined) posting.noteFailure(failure)
        const steps = unsent
        unsent = []
        areLocksWaitedFor = onBusy !== undefined && !isLockTimeout(failure)
        const knowledge = await posting.gather({
          before: [...steps, begin],
          isSkipping: isLockTimeout(failure),
          isTrusting: failure === undefined,
        })
        areLocksWaitedFor = false
        const { decided, outcomes } = await posting.decide(knowledge, onBusy)
        await posting.book(decided, keep, await along(outcomes))
        return outcomes
      },
      // With `onBusy`, the next attempt leaves out accounts whose lock timed out.
      (error) => isLockTimeout(error) && areLocksWaitedFor,
    )
    return posted.finally(() => posting.end())
  }
  return {
    postAll,
    decideWithin: async (tx, groups) => {
      const posting = new Posting(deps, { tx, groups, open, leavesOut: false })
      const decided = attemptWithin(tx, async ({ begin }) => {
        const knowledge = await posting.gather({ before: [begin], isSkipping: false, isTrusting: false })
        return (await posting.decide(knowledge)).outcomes
      })
      return decided.finally(() => posting.end())
    },
  }
}

export type DecideWithin = (
  tx: Transaction,
  groups: readonly CommandGroup[],
) => Promise<readonly (readonly TransferOutcome[])[]>

type Given = {
  readonly tx: Transaction
  readonly groups: readonly CommandGroup[]
  readonly open: WeakSet<Transaction>
  readonly leavesOut: boolean
}

type Gathering = {
  readonly before: readonly BurstStep[]
  readonly isSkipping: boolean
  readonly isTrusting: boolean
}

class Posting {
  readonly #deps: PostingDependencies
  readonly #given: Given
  readonly #requests: readonly BatchRequest[]
  readonly #directory: AccountDirectory
  /** Must be read before any head is trusted. */
  readonly #epoch: number
  #accounts: readonly number[] = []

  constructor(deps: PostingDependencies, given: Given) {
    this.#deps = deps
    this.#given = given
    this.#requests = given.groups.map((group) => ({ group }))
    this.#directory = deps.directoryOf(given.tx)
    this.#epoch = deps.database.epoch()
  }

  noteFailure(failure: unknown): void {
    const { heads } = this.#deps
    const moved = movedAccount(failure)
    if (isConflict(failure) || isDoubtful(failure)) heads.doubt(moved === undefined ? this.#accounts : [moved])
  }

  gather({ before, isSkipping, isTrusting }: Gathering): Promise<BatchKnowledge> {
    const { heads, flights } = this.#deps
    return gatherKnowledge(this.#given.tx, this.#requests, {
      directory: this.#directory,
      heads: isTrusting && !this.#given.open.has(this.#given.tx) ? heads : undefined,
      locking: {
        announce: (accounts) => {
          heads.endPosting(this.#accounts, 0)
          this.#accounts = accounts
          heads.beginPosting(accounts)
        },
        landed: (accounts) => flights.landed(accounts),
        isKeptLocked: (account) => this.#given.leavesOut && (isSkipping || heads.isKeptLocked(account)),
      },
      lookUpAll: !isTrusting,
      before,
    })
  }

  /** Under the locks of its accounts. Requests of this process on them go apart meanwhile, and so wait for the locks. */
  async decide(knowledge: BatchKnowledge, onBusy: OnBusy = leaveNothingOut) {
    const { database, heads } = this.#deps
    if (database.epoch() !== this.#epoch) throw epochChanged()
    for (const account of knowledge.busy) heads.noteKeptLocked(account)
    const heldUp = this.#concerning(knowledge, knowledge.busy).union(this.#besidesExpiry(knowledge, knowledge.bound))
    const ending = this.#besidesExpiry(knowledge, knowledge.crowded).difference(heldUp)
    const out = new Set(onBusy(this.#indexesOf(heldUp.union(ending)), this.#indexesOf(ending)))
    const free = this.#requests.filter((_, index) => !out.has(index))
    const accounts = accountsOfKept(this.#requests, free, knowledge.accounts)
    const groups = free.map(({ group }) => group)
    const decided = await decideBatchInTurns(groups, { ...knowledge, accounts }, { directory: this.#directory })
    const outcomesOf = new Map(free.map((request, index) => [request, decided.outcomes[index] ?? []]))
    return { decided, outcomes: this.#requests.map((request) => outcomesOf.get(request) ?? []) }
  }

  #concerning(knowledge: BatchKnowledge, accounts: ReadonlySet<number>): ReadonlySet<BatchRequest> {
    if (accounts.size === 0) return new Set()
    return requestsConcerning(this.#requests, knowledge, (account) => accounts.has(account))
  }

  /** Omits requests whose outcome does not depend on other holds of the account. */
  #besidesExpiry(knowledge: BatchKnowledge, accounts: ReadonlySet<number>): ReadonlySet<BatchRequest> {
    const isOnlyExpiry = ({ group }: BatchRequest) => group.commands.every(({ kind }) => kind === 'expire')
    return new Set([...this.#concerning(knowledge, accounts)].filter((request) => !isOnlyExpiry(request)))
  }

  #indexesOf(requests: ReadonlySet<BatchRequest>): readonly number[] {
    if (requests.size === 0) return []
    return this.#requests.flatMap((request, index) => (requests.has(request) ? [index] : []))
  }

  end(): void {
    this.#deps.heads.endPosting(this.#accounts, this.#deps.expectMs)
  }

  async book(decided: DecidedBatch, keep: BurstStep, { steps, commits }: Along): Promise<void> {
    const { database, heads, flights, confirmed } = this.#deps
    const { tx, open } = this.#given
    const { set, identity, outcomes } = decided
    const own = [...decided.steps, ...decided.lateSteps]
    if (own.length > 0) own.push(keep)
    open.add(tx)
    if (!commits) for (const { number } of set.heads()) heads.forget(number)
    const send = async () => {
      if (own.length + steps.length > 0) await tx.burst([...own, ...steps])
      if (!commits) return
      open.delete(tx)
      if (identity !== undefined) confirmed.note({ ...identity, commands: outcomes.flat().length }, this.#epoch)
      if (database.epoch() === this.#epoch) for (const head of set.heads()) heads.set(head)
    }
    const sent = send()
    flights.add(set, sent)
    await sent
  }
}
