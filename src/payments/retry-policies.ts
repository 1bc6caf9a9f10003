/** How often something is tried, and how long it waits in between: `firstMs` first, `factor` times as long each time. */
export type RetryPolicy = {
  readonly attemptsMax: number
  readonly firstMs: number
  readonly factor: number
  readonly maxMs: number
}

/** Submissions of an operation that its rail declines for now (`try_again_later`), the first one included. */
const declinedForNow: RetryPolicy = { attemptsMax: 4, firstMs: 10_000, factor: 2, maxMs: 160_000 }
export const refundRetry = declinedForNow
export const payoutRetry = declinedForNow
/** The release of a hold. */
export const releaseRetry = declinedForNow

/**
 * Inquiries about an attempt with an unknown outcome; then an operator decides, in about 45 s if the rail answers at
 * once. A pause is no longer than `maxMs`, so that the outcome at a slow rail is known soon after it exists.
 */
export const inquiryRetry: RetryPolicy = { attemptsMax: 9, firstMs: 1_000, factor: 2, maxMs: 6_000 }
/** An attempt that the rail does not know is submitted again, unless the rail was asked more often than this. */
export const resubmitInquiriesMax = 4
/** Inquiries about a pending attempt. The first comes after the rail's own time, and the pauses double this often. */
export const pendingInquiry = { factor: 2, doublingsMax: 3 }

/**
 * An operation that waits for an unavailable rail looks again after a part of its waiting time, at most `maxMs`. After
 * `patienceMs` it goes to an operator.
 */
export const unavailableRail = { patienceMs: 24 * 3_600_000, partOfWaiting: 0.25, maxMs: 30_000 }

/** Added to a rail's own time to answer: the time that storing an answer may take. */
export const overdueMarginMs = 1_000
/** The time that a rail without capabilities of its own is given to answer. */
export const unknownRail = { inquireAfterMs: 5_000 }

/** The pause after the `count`-th time, counted from 1. */
export function pauseAfter({ firstMs, factor, maxMs }: RetryPolicy, count: number): number {
  return Math.min(firstMs * factor ** (count - 1), maxMs)
}
