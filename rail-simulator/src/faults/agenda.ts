/** Scheduled work does not keep the process alive. */
export type Agenda = {
  /** The returned function cancels the work. */
  readonly after: (delayMs: number, work: () => void) => () => void
  readonly close: () => void
}

/** Node sets longer delays to 1 ms. */
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
