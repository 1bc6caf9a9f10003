import { Fault } from '../faults/index.ts'
import type { Logger } from './logger.ts'

const everyMs = 60_000
/** So long after the last one, a fault is over: some are given here only about once a minute. */
const overMs = 90_000

type Lasting = { loggedAtMs: number; more: number; timer: NodeJS.Timeout | undefined }

/**
 * Logs the faults of background work. A server that is away makes many faults of one kind: the first one is logged, then
 * one a minute without its stack, and that they are over. `isLasting`: those of such a server, by their codes.
 */
export function createFaultLog(logger: Logger, isLasting: (fault: Fault) => boolean): (error: unknown) => void {
  const lasting = new Map<string, Lasting>()
  const end = (code: string) => {
    lasting.delete(code)
    logger.warn({ code }, 'a fault of background work is over')
  }
  return (error) => {
    if (!(error instanceof Fault && isLasting(error))) {
      logger.warn({ err: error }, 'background work met a fault')
      return
    }
    const { code, message } = error
    const known = lasting.get(code) ?? { loggedAtMs: Number.NEGATIVE_INFINITY, more: 0, timer: undefined }
    lasting.set(code, known)
    clearTimeout(known.timer)
    known.timer = setTimeout(end, overMs, code).unref()
    if (performance.now() - known.loggedAtMs < everyMs) {
      known.more += 1
      return
    }
    const more = known.more > 0 && { more: known.more }
    logger.warn({ fault: { code, message, ...more } }, 'background work meets a fault')
    known.loggedAtMs = performance.now()
    known.more = 0
  }
}
