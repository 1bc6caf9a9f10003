export type HeldClock = {
  /** `now`: the time that is recorded. `clock`: the time of the database. Both in microseconds. */
  readonly note: (times: { readonly now: number; readonly clock: number }) => void
  /** How far recorded times are ahead of the database's clock; 0 unless the clock was set back. */
  readonly heldMs: () => number
}

const warnFromMs = 1_000
const warnEveryMs = 60_000

/** Recorded times stand still while a clock that was set back catches up. Reports this at most once a minute. */
export function createHeldClock(onFault: (fault: Error) => void): HeldClock {
  let heldMs = 0
  let warnedMs = Number.NEGATIVE_INFINITY
  return {
    note: ({ now: recorded, clock }) => {
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
