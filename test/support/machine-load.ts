import { availableParallelism, loadavg } from 'node:os'

/** Processor time that the probe takes, in milliseconds: long enough to lose its turn a few times. */
const probeMs = 120
const slownessMax = 5

/**
 * How many times longer than on an idle machine things take here and now, at least 1: what the clock
 * says of a piece of work against the processor time that it got, or the load of the last minute for each
 * processor, whichever is more.
 */
export function measureSlowness(): number {
  const begun = performance.now()
  const usedBefore = process.cpuUsage()
  let usedMs = 0
  while (usedMs < probeMs) {
    const { user, system } = process.cpuUsage(usedBefore)
    usedMs = (user + system) / 1000
  }
  const waited = (performance.now() - begun) / usedMs
  const loaded = (loadavg()[0] ?? 0) / availableParallelism()
  return Math.min(slownessMax, Math.max(1, waited, loaded))
}
