import { DatabaseFault } from './database-fault.ts'

/** Places of those that write through the pool, fewer than the pool has connections. */
export type Writers = {
  readonly lend: <Value>(work: () => Promise<Value>) => Promise<Value>
  readonly waiting: () => number
}

const writersMax = 7
/** How long a write waits for a place, which is as long as one waits for a connection of the pool. */
const patienceMs = 10_000

/**
 * Lets fewer write at once than the pool has connections. A write may wait for long, for a row that somebody has
 * locked or for a synchronous replica that is away, and keeps its connection meanwhile; reads wait for neither, and
 * always find a connection that no write has.
 */
export function createWriters(connectionsMax: number): Writers {
  // A pool of so few that three in ten are none is not shared.
  let free = Math.min(writersMax, connectionsMax - Math.floor(connectionsMax * 0.3))
  const line = new Set<() => void>()

  const enter = async () => {
    if (free > 0) {
      free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      line.delete(resolve)
      reject(new DatabaseFault(new Error('all connections for writes are in use, and none of them came free in time')))
    }, patienceMs)
    line.add(resolve)
    await promise.finally(() => clearTimeout(timer))
  }
  /** The place goes on to who waits for it longest. */
  const leave = () => {
    const [next] = line
    if (next === undefined) {
      free += 1
      return
    }
    line.delete(next)
    next()
  }

  return {
    lend: async (work) => {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
    waiting: () => line.size,
  }
}
