import { Slots } from '#kernel'

type RunningRequest = { readonly startedMs: number; readonly expire: () => void }

export type RunningRequests = {
  readonly add: (request: RunningRequest) => number
  readonly remove: (place: number, request: RunningRequest) => void
  readonly count: () => number
  readonly stop: () => void
}

export function createRunningRequests(deadlineMs: number): RunningRequests {
  const running = new Slots<RunningRequest>()
  const expireOld = () => {
    const before = performance.now() - deadlineMs
    for (const [place, request] of running.entries()) {
      if (request.startedMs > before) continue
      running.remove(place, request)
      request.expire()
    }
  }
  const timer = setInterval(expireOld, Math.min(1000, deadlineMs / 4))
  timer.unref()
  return {
    add: (request) => running.add(request),
    remove: (place, request) => void running.remove(place, request),
    count: () => running.size,
    stop: () => clearInterval(timer),
  }
}
