import { DatabaseFault } from '../../faults/index.ts'

export type Writers = {
  readonly lend: <Value>(work: () => Promise<Value>) => Promise<Value>
  readonly waiting: () => number
}

const writersMax = 7
/** As long as a caller waits for a connection of the pool. */
const patienceMs = 10_000

/** Writes may wait long and keep their connections. Reads do not wait, and always find one that no write uses. */
export function createWriters(connectionsMax: number): Writers {
  // A pool so small that 30% of it is less than one connection is not divided.
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
