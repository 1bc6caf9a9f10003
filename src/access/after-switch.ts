import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#platform/postgres'

type AfterSwitch = { readonly work: () => Promise<void>; readonly onFault: (error: unknown) => void }

const restMaxMs = 10_000

/** Does the work whenever another server took over, again until it succeeds. Returns a function that ends this. */
export function afterSwitch(database: Pick<Database, 'onNewEpoch'>, { work, onFault }: AfterSwitch): () => void {
  const ended = new AbortController()
  let isWanted = false
  let isRunning = false
  const run = async () => {
    isRunning = true
    for (let restMs = 500; isWanted && !ended.signal.aborted; restMs = Math.min(2 * restMs, restMaxMs)) {
      isWanted = false
      try {
        await work()
      } catch (error) {
        isWanted = true
        onFault(error)
        await sleep(restMs, undefined, { ref: false, signal: ended.signal }).catch(() => undefined)
      }
    }
    isRunning = false
  }
  const unregister = database.onNewEpoch(() => {
    isWanted = true
    if (!isRunning) void run()
  })
  return () => {
    ended.abort()
    unregister()
  }
}
