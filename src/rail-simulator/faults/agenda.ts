/** Scheduled work. It does not keep the process alive, and closing it cancels everything. */
export type Agenda = {
  /** Runs the work after `delayMs`; the returned function cancels it. */
  readonly after: (delayMs: number, work: () => void) => () => void
  /** Cancels everything, and ignores later work. */
  readonly close: () => void
}

/** The runtime treats longer delays as none. */
const delayMaxMs = 2 ** 31 - 1

export function createAgenda(): Agenda {
  const timers = new Set<NodeJS.Timeout>()
  let isClosed = false
  return {
    after: (delayMs, work) => {
      if (isClosed) return () => undefined
      const timer = setTimeout(
        () => {
          timers.delete(timer)
          work()
        },
        Math.min(delayMs, delayMaxMs),
      )
      timer.unref()
      timers.add(timer)
      return () => {
        clearTimeout(timer)
        timers.delete(timer)
      }
    },
    close: () => {
      isClosed = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
