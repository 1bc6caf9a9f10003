import type { BurstStep, Transaction } from '#platform/postgres'
import type { CommandGroup } from './commands.ts'
import { attemptWithin } from './conflict.ts'
import type { Heads } from './heads.ts'
import type { Along, Ledger } from './ledger.ts'
import type { DecidedBatch, GatherOptions } from './transfer-batch.ts'
import type { WorkingSet } from './working-set.ts'

/** Locks the accounts of groups in a caller's transaction, and decides them upon the heads given and those it reads. */
export type DecideWithin = (
  tx: Transaction,
  groups: readonly CommandGroup[],
  options: Pick<GatherOptions, 'before' | 'heads' | 'landed'>,
) => Promise<DecidedBatch>

export type PostingDependencies = {
  readonly heads: Heads
  readonly decideWithin: DecideWithin
  readonly expectContention: () => void
}

/** After a conflict heads are read for so long, and for longer when the next one comes as soon as they are not. */
const readMsMin = 2_000
const readMsMax = 60_000
const soonMs = 1_000

/** A posting on its way to the database. */
type Flight = { readonly set: WorkingSet; readonly landed: Promise<void> }

const nothing: Along = { steps: [], commits: false }

/**
 * Posting within callers' transactions. Accounts are locked, so that posters take turns. The heads that
 * this process wrote last are trusted all the same: the keys of the entries refuse what was decided upon
 * any other, and then they are read.
 *
 * A lock may be had before the answer to the commit that released it has arrived: who trusts a head waits
 * for the commits on their way that touch its account. What is not known to be committed with the posting
 * itself leaves no head to be trusted.
 */
export function createPostAll({ heads, decideWithin, expectContention }: PostingDependencies): Ledger['postAll'] {
  /** Have posted and are not known to have committed since: nobody but the database knows their heads. */
  const open = new WeakSet<Transaction>()
  const flights = new Set<Flight>()
  let readMs = readMsMin
  let readUntilMs = 0
  const noteConflict = () => {
    const now = performance.now()
    if (now < readUntilMs) return
    heads.clear()
    readMs = now - readUntilMs < soonMs ? Math.min(readMsMax, readMs * 2) : readMsMin
    readUntilMs = now + readMs
  }

  const landed = async (accounts: readonly number[]) => {
    for (const flight of flights) {
      if (accounts.some((number) => flight.set.headAfter(number) !== undefined)) await flight.landed
    }
  }
  const book = async (tx: Transaction, decided: DecidedBatch, keep: BurstStep, { steps, commits }: Along) => {
    const { set } = decided
    const own = [...decided.steps, ...decided.lateSteps]
    if (own.length > 0) own.push(keep)
    open.add(tx)
    if (!commits) for (const { number } of set.heads()) heads.delete(number)
    if (own.length + steps.length > 0) await tx.burst([...own, ...steps])
    if (!commits) return
    open.delete(tx)
    for (const head of set.heads()) heads.set(head.number, head)
  }

  return async (tx, groups, { before = [], along = () => nothing } = {}) => {
    expectContention()
    const isTrusting = !open.has(tx) && performance.now() >= readUntilMs
    let options: Parameters<DecideWithin>[2] = { before, heads: isTrusting ? heads : undefined, landed }
    return attemptWithin(tx, async ({ begin, keep, isFirst }) => {
      if (!isFirst) {
        noteConflict()
        options = { before: [], heads: undefined }
      }
      const decided = await decideWithin(tx, groups, { ...options, before: [...options.before, begin] })
      const booked = book(tx, decided, keep, along(decided.outcomes))
      const flight = { set: decided.set, landed: booked.catch(() => {}) }
      flights.add(flight)
      await booked.finally(() => flights.delete(flight))
      return decided.outcomes
    })
  }
}
