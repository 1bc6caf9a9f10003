import type { InquirySchedule, RailCapabilities } from './rail.ts'

const longestPauseMs = 4_000
const unansweredFirstMs = 1_000
const doublingsOfAccepted = 3
const atMost = 9
const dayMs = 86_400_000

/**
 * The schedule of a rail that has no rules about inquiries and answers within `afterMs`. After a missing answer, short
 * pauses find the outcome of a slow rail soon. After an accepted call, the rail gets its own time first.
 */
export function inquiriesAfter(afterMs: number): RailCapabilities['inquiries'] {
  return {
    default: {
      unanswered: doubling({ firstMs: Math.min(unansweredFirstMs, afterMs), longestMs: longestPauseMs }),
      accepted: doubling({ firstMs: afterMs, longestMs: afterMs * 2 ** doublingsOfAccepted }),
    },
  }
}

type Doubling = { readonly firstMs: number; readonly longestMs: number }

function doubling({ firstMs, longestMs }: Doubling): InquirySchedule {
  const thenMs: number[] = []
  for (let pauseMs = firstMs * 2; pauseMs < longestMs; pauseMs *= 2) thenMs.push(pauseMs)
  return { firstMs, thenMs: [...thenMs, longestMs], atMost, giveUpAfterMs: dayMs }
}
