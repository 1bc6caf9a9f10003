/** How far the time of what is recorded is ahead of the database's clock. */
export type HeldClock = {
  /** The moment of a batch: the time that it records, and what the clock said; in microseconds. */
  readonly note: (recorded: number, clock: number) => void
  /** Milliseconds ahead at the latest batch; 0 when the clock runs as it should. */
  readonly heldMs: () => number
}

const warnFromMs = 1_000
const warnEveryMs = 60_000

/**
 * Times of the books never run backwards: when the database's clock was set forward and back again, what is
 * recorded keeps the latest time until the clock has caught up. That is told, at most once a minute.
 */
export function createHeldClock(onFault: (fault: Error) => void): HeldClock {
  let heldMs = 0
  let warnedMs = Number.NEGATIVE_INFINITY
  return {
    note: (recorded, clock) => {
      heldMs = Math.max(0, (recorded - clock) / 1_000)
      const now = performance.now()
      if (heldMs < warnFromMs || now - warnedMs < warnEveryMs) return
      warnedMs = now
      const seconds = Math.round(heldMs / 1_000)
      onFault(
        new Error(
          `the database's clock was set back: what is recorded now carries a time ${seconds} s ahead of it, until it has caught up; see to the clock of the database's machine`,
        ),
      )
    },
    heldMs: () => heldMs,
  }
}
