import { availableParallelism, loadavg } from 'node:os'

/** Processor time that the probe takes, in milliseconds: long enough to lose its turn a few times. */
const probeMs = 120
const slownessMax = 5

/**
 * The slowness of this machine compared with an idle one, at least 1. It is the greater of two ratios: the wall-clock
 * time of a piece of work to its processor time, and the load average of the last minute to the number of processors.
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
