import { availableParallelism, loadavg } from 'node:os'
import { inject } from 'vitest'
import { poll } from '../../scripts/poll.ts'

/**
 * Grows with the slowness of the machine at the start of the run, and with its current load. A wait ends when its
 * condition holds, so patience costs nothing. No test asserts that something was fast.
 */
export function patience(ms: number): number {
  return spare * slowed(ms)
}

/** A limit that the program itself keeps, such as the time that a rail has for its answer: waiting it out costs time. */
export function slowed(ms: number): number {
  const loaded = (loadavg()[0] ?? 0) / availableParallelism()
  return Math.ceil(ms * Math.max(1, inject('slowness'), loaded))
}

/** A disk or another process may stall any machine for some seconds. */
const spare = 4

export async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const limitMs = patience(ms)
  const isSo = await poll(holds, Boolean, { withinMs: limitMs, everyMs: 2 })
  if (!isSo) throw new Error(`it did not come to hold within ${limitMs} ms`)
}
