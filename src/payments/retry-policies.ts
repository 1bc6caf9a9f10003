import { inquiriesAfter } from '#rails'

/** The first pause is `firstMs`, and each next one `factor` times as long. */
export type RetryPolicy = {
  readonly attemptsMax: number
  readonly firstMs: number
  readonly factor: number
  readonly maxMs: number
}

/** For declines with `try_again_later`. `attemptsMax` includes the first submission. */
const declinedForNow: RetryPolicy = { attemptsMax: 4, firstMs: 10_000, factor: 2, maxMs: 160_000 }
export const refundRetry = declinedForNow
export const payoutRetry = declinedForNow
export const releaseRetry = declinedForNow

/** An attempt that the rail does not know is submitted again, up to this number of inquiries. */
export const resubmitInquiriesMax = 4

/** Looks again after this part of the time waited, at most `maxMs`. After `patienceMs` an operator decides. */
export const unavailableRail = { patienceMs: 24 * 3_600_000, partOfWaiting: 0.25, maxMs: 30_000 }

/** A return that overtakes its operation's success is looked at again. `attemptsMax`: if nothing is waited for. */
export const earlyReturn: RetryPolicy = { attemptsMax: 4, firstMs: 1_000, factor: 4, maxMs: 60_000 }

/** The pauses before the rail is asked what has come back since it accepted a recall. */
export const recallInquiriesMs = [1, 24, 4 * 24, 10 * 24].map((hours) => hours * 3_600_000)

/** Added to a rail's own time to answer: the time that storing an attempt and its answer may take. */
export const overdueMarginMs = 1_000
/** For attempts at a rail that the configuration has no more. */
export const unknownRail = { inquiries: inquiriesAfter(5_000) }

/** `count` starts at 1. */
export function pauseAfter({ firstMs, factor, maxMs }: RetryPolicy, count: number): number {
  return Math.min(firstMs * factor ** (count - 1), maxMs)
}
