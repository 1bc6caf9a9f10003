import type { Logger } from 'pino'
import type { RefusedConnection } from './server-guard.ts'

const everyMs = 60_000
const rememberedMax = 1_000

type Logged = { readonly atMs: number; more: number }

/** One line for a reason and an address, and again after a minute: a stranger cannot fill the log. */
export function createRefusalLog(logger: Pick<Logger, 'warn'>): (refused: RefusedConnection) => void {
  const logged = new Map<string, Logged>()
  return (refused) => {
    const name = `${refused.port} ${refused.from} ${refused.reason}`
    const before = logged.get(name)
    const nowMs = performance.now()
    if (before !== undefined && nowMs - before.atMs < everyMs) {
      before.more += 1
      return
    }
    logged.delete(name)
    const [oldest] = logged.size >= rememberedMax ? logged.keys() : []
    if (oldest !== undefined) logged.delete(oldest)
    logged.set(name, { atMs: nowMs, more: 0 })
    const more = before !== undefined && before.more > 0 && { more: before.more }
    logger.warn({ ...refused, ...more }, 'a connection was refused')
  }
}
