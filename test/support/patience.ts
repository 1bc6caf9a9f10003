import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'

/**
 * How long to wait for what takes at most `ms` on an idle machine before it counts as failed: longer by as
 * much as the machine is slower, measured as the run began, or busier by now. Waiting ends when what is
 * waited for holds, so that patience costs nothing; no test asserts that something was fast.
 */
export function patience(ms: number): number {
  const loaded = (loadavg()[0] ?? 0) / availableParallelism()
  return Math.ceil(ms * spare * Math.max(1, inject('slowness'), loaded))
}

/** A disk or a neighbor may stand still for some seconds on any machine. */
const spare = 4

/** Waits until something holds, at most as long as {@link patience} has for `ms`. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const limitMs = patience(ms)
  const end = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come to hold within ${limitMs} ms`)
    await sleep(2)
  }
}
