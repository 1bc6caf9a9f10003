import { createPeriodic, type Periodic } from '#platform/background'
import type { Database } from '#platform/postgres'
import { addSummedAccounts, completeSums, continueSums, dropSums, fenceTargets, mergeSums } from './hold-sum-store.ts'

const intervalMs = 1_000
/** The fraction of the time that this may use, up to the longest rest. Until holds are summed, readers add them up. */
const busyMax = 0.1
const restMaxMs = 30_000
/**
 * How long before holds lapse their accounts are looked at. Each hold is looked at once at each distance. So holds made
 * shortly before they lapse are found as well.
 */
const aheadMs = [60_000, 15_000, 3_000]
/** The first time, the farthest look covers the nearer ones. */
const firstFrom = (place: number) => (place === 0 ? undefined : Number.MAX_SAFE_INTEGER)
/** An account is summed until this long before its next holds lapse. */
const dropAheadMs = 90_000

export type HoldSumming = Pick<Periodic, 'start' | 'stop' | 'round'>

/** Keeps sums of the holds of accounts with very many that lapse at about the same time. */
export function createHoldSumming(deps: {
  readonly database: Database
  readonly onFault: (fault: Error) => void
}): HoldSumming {
  const { database, onFault } = deps
  const lookedUntil = new Map<number, number>()
  const work = async () => {
    const begunMs = performance.now()
    const looks = aheadMs.map((ms, place) => ({ from: lookedUntil.get(ms) ?? firstFrom(place), aheadMs: ms }))
    const { now, isSumming } = await addSummedAccounts(database, looks)
    for (const ms of aheadMs) lookedUntil.set(ms, now + ms * 1_000)
    if (!isSumming) return undefined
    await continueSums(database)
    // In a transaction of its own: a fence comes after the commit of its target.
    await fenceTargets(database)
    await completeSums(database)
    await mergeSums(database)
    await dropSums(database, dropAheadMs)
    return Math.min(restMaxMs, Math.max(intervalMs, (performance.now() - begunMs) / busyMax))
  }
  const { start, stop, round } = createPeriodic({ name: 'summing holds', restMs: intervalMs, work, onFault })
  return { start: () => start({ isAtOnce: true }), stop, round }
}
