/** How far recorded times are ahead of the database's clock. */
export type HeldClock = {
  /** Notes the time that a batch records and the time of the clock, in microseconds. */
  readonly note: (recorded: number, clock: number) => void
  /** Milliseconds ahead at the latest batch; 0 unless the clock was set back. */
  readonly heldMs: () => number
}

const warnFromMs = 1_000
const warnEveryMs = 60_000

/**
 * Recorded times never decrease. When the database's clock was set forward and back again, they stay at the latest time
 * until the clock has caught up. This is reported at most once a minute.
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
