/** A request whose handler has not answered yet. */
type RunningRequest = { readonly startedMs: number; readonly expire: () => void }

/**
 * The requests being handled, in the order in which they began, so that one timer for all of them
 * finds those past their deadline at the front.
 */
export type RunningRequests = {
  readonly add: (request: RunningRequest) => void
  readonly remove: (request: RunningRequest) => void
  readonly count: () => number
  readonly stop: () => void
}

export function createRunningRequests(deadlineMs: number): RunningRequests {
  const running = new Set<RunningRequest>()
  const expireOld = () => {
    const before = performance.now() - deadlineMs
    for (const request of running) {
      if (request.startedMs > before) return
      running.delete(request)
      request.expire()
    }
  }
  const timer = setInterval(expireOld, Math.min(1000, deadlineMs / 4))
  timer.unref()
  return {
    add: (request) => {
      running.add(request)
    },
    remove: (request) => {
      running.delete(request)
    },
    count: () => running.size,
    stop: () => clearInterval(timer),
  }
}
