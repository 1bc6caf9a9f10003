import { Fault } from '../faults/index.ts'

/** Work that repeats in the background, one round after the other. */
export type Periodic = {
  /** Waits one rest before the first round, unless `isAtOnce`. A second call does nothing. */
  readonly start: (options?: { readonly isAtOnce?: boolean }) => void
  /** Starts no further round. Resolves when the current round has ended. */
  readonly stop: () => Promise<void>
  /** Runs a round after the current one. Resolves when it has ended; its fault goes to `onFault`, as in any round. */
  readonly round: () => Promise<void>
  readonly status: () => PeriodicStatus
}

export type PeriodicStatus = {
  readonly rounds: number
  readonly faults: number
  /** Failed rounds since the last success. */
  readonly faultsInARow: number
  readonly lastFault: Error | undefined
  readonly lastMs: number
}

export type PeriodicOptions = {
  /** The name of the work in faults: `sealing`. */
  readonly name: string
  /** The rest between the end of a round and the start of the next. */
  readonly restMs: number
  /** Does one round. It may return the rest to take after it. A long round checks `isStopping` and ends early. */
  readonly work: (isStopping: () => boolean) => Promise<number | undefined>
  /** Called after each failed round, with the number of consecutive failures. */
  readonly onFault: (fault: Error, faultsInARow: number) => void
  /** The rest after a failed round. It doubles with each consecutive failure, up to `restMaxMs`. Default: `restMs`. */
  readonly restAfterFaultMs?: number
  /** Default: the rest after a failure does not grow. */
  readonly restMaxMs?: number
}

/** Rests vary by this fraction, so that processes that started together drift apart. */
const jitter = 0.1

/** Creates periodic work. It waits for `start`. */
export function createPeriodic(options: PeriodicOptions): Periodic {
  const { name, restMs, work, onFault, restAfterFaultMs = restMs, restMaxMs = restAfterFaultMs } = options
  const status = { rounds: 0, faults: 0, faultsInARow: 0, lastFault: undefined as Error | undefined, lastMs: 0 }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined
  let isStopped = true

  /** Returns the rest to take after the round. */
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
      // A round that `round` requested may start when the current one ends.
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
