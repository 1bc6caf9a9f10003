/** What is to be done later. Nothing in it keeps the process alive, and nothing is left when it is closed. */
export type Agenda = {
  /** Does the work after `delayMs`; calling the answer takes it off. */
  readonly after: (delayMs: number, work: () => void) => () => void
  /** Takes everything off, and what comes later as well. */
  readonly close: () => void
}

/** Longer delays would be taken for none by the runtime. */
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
