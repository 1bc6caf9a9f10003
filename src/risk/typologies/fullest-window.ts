import type { StoredTransfer } from './stored-transfer.ts'

/** Ends of windows that are tried for one late transfer. */
const endsMax = 32

export type Windowing = {
  /** In order of time, with the transfer, and none further from it than the length. */
  readonly candidates: readonly StoredTransfer[]
  readonly transfer: StoredTransfer
  readonly withinMicros: number
  readonly measure: (transfers: readonly StoredTransfer[]) => number
}

/**
 * Of all windows of that length with the transfer in them, the one that measures most; the earliest of equals. Only a
 * late transfer is in more than one.
 */
export function fullestWindow(windowing: Windowing): readonly StoredTransfer[] {
  const { candidates, transfer, withinMicros, measure } = windowing
  const windowTo = (end: number) => candidates.filter(({ at }) => at >= end - withinMicros && at <= end)
  const newest = candidates.at(-1)
  if (newest === undefined || newest.at <= transfer.at) return windowTo(transfer.at)
  const ends = [...new Set(candidates.filter(({ at }) => at >= transfer.at).map(({ at }) => at))].slice(0, endsMax)
  let best: readonly StoredTransfer[] = []
  let bestMeasure = 0
  for (const end of ends) {
    const window = windowTo(end)
    const measured = measure(window)
    if (measured > bestMeasure) {
      best = window
      bestMeasure = measured
    }
  }
  return best
}
