import { Fault } from '../faults/index.ts'

/** Work that repeats in the background, one round at a time. */
export type Periodic = {
  /** Waits one rest before the first round, unless `isAtOnce`. A second call has no effect. */
  readonly start: (options?: { readonly isAtOnce?: boolean }) => void
  /** Starts no further round. Resolves when the current round has ended. */
  readonly stop: () => Promise<void>
  /** Runs a round after the current one and resolves when it ends. Its fault goes to `onFault`. */
  readonly round: () => Promise<void>
  readonly status: () => PeriodicStatus
}

export type PeriodicStatus = {
  readonly rounds: number
  readonly faults: number
  readonly faultsInARow: number
  readonly lastFault: Error | undefined
  readonly lastMs: number
}

export type PeriodicOptions = {
  readonly name: string
  readonly restMs: number
  /** Does one round. It may return the rest before the next one. A long round checks `isStopping` and ends early. */
  readonly work: (isStopping: () => boolean) => Promise<number | undefined>
  readonly onFault: (fault: Error, faultsInARow: number) => void
  /** Default: `restMs`. It doubles with each consecutive failure, up to `restMaxMs` if that is given. */
  readonly restAfterFaultMs?: number
  readonly restMaxMs?: number
}

/** Rests vary by this fraction, so that processes that started together drift apart. */
const jitter = 0.1

/** Creates periodic work, which begins with `start`. */
export function createPeriodic(options: PeriodicOptions): Periodic {
  const { name, restMs, work, onFault, restAfterFaultMs = restMs, restMaxMs = restAfterFaultMs } = options
  const status = { rounds: 0, faults: 0, faultsInARow: 0, lastFault: undefined as Error | undefined, lastMs: 0 }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined
  let isStopped = true

  const attempt = async (): Promise<number> => {
    const begunMs = performance.now()
    status.rounds += 1
    try {
      const wanted = await work(() => isStopped)
      status.faultsInARow = 0
      return wanted ?? restMs
    } catch (error) {
      status.faults += 1
      status.faultsInARow += 1
      status.lastFault = asFault(error, name)
      onFault(status.lastFault, status.faultsInARow)
      return Math.max(restAfterFaultMs, Math.min(restMaxMs, restAfterFaultMs * 2 ** (status.faultsInARow - 1)))
    } finally {
      status.lastMs = performance.now() - begunMs
    }
  }
  const next = async (): Promise<number> => {
    while (running !== undefined) await running
    running = attempt().finally(() => {
      running = undefined
    })
    return running
  }
  const rest = (ms: number): void => {
    timer = setTimeout(goOn, ms * (1 - jitter + 2 * jitter * Math.random())).unref()
  }
  const goOn = () => {
    void next().then((ms) => {
      if (!isStopped) rest(ms)
    })
  }

  return {
    start: ({ isAtOnce = false } = {}) => {
      if (!isStopped) return
      isStopped = false
      if (isAtOnce) goOn()
      else rest(restMs)
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      // A round requested through `round` may start when the current one ends.
      while (running !== undefined) await running
    },
    round: async () => {
      await next()
    },
    status: () => status,
  }
}

function asFault(error: unknown, name: string): Error {
  if (error instanceof Error) return error
  return new Fault({ code: 'background_work_failed', message: `${name} failed`, retryable: true, cause: error })
}
