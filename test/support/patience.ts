import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'

/**
 * Grows with the slowness of the machine at the start of the run, and with its current load. A wait ends when its
 * condition holds, so patience costs nothing. No test asserts that something was fast.
 */
export function patience(ms: number): number {
  const loaded = (loadavg()[0] ?? 0) / availableParallelism()
  return Math.ceil(ms * spare * Math.max(1, inject('slowness'), loaded))
}

/** A disk or another process may stall any machine for some seconds. */
const spare = 4

export async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const limitMs = patience(ms)
  const end = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come to hold within ${limitMs} ms`)
    await sleep(2)
  }
}
