import { availableParallelism, loadavg } from 'node:os'

/** Processor time of the probe: long enough to lose its turn a few times. */
const probeMs = 120
const slownessMax = 5

/** The greater of wall-clock to processor time of a piece of work, and load average to processors; at least 1. */
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
