/** Whether the database is the bottleneck, by the latency of one small commit a second against its own baseline. */
export type CommitWatch = {
  readonly note: (ms: number) => void
  readonly read: () => CommitLatency
}

export type CommitLatency = {
  /** The median of the last commits. */
  readonly ms: number
  /** What is usual: the lowest median, which rises slowly, so that a slower disk becomes the usual one in an hour. */
  readonly baselineMs: number
  readonly isSlow: boolean
}

const kept = 9
const risePerNote = 1.0002
/** It is slow from the one multiple of its baseline on, until it is below the other. Less than a few ms is noise. */
const slowFrom = 3
const slowUntil = 2
const slowMsMin = 5
/** A lower baseline has the same limits, and one of nothing could not rise. */
const baselineMsMin = slowMsMin / slowFrom

export function createCommitWatch(): CommitWatch {
  const last: number[] = []
  let latency: CommitLatency = { ms: 0, baselineMs: 0, isSlow: false }
  return {
    note: (noted) => {
      last.push(noted)
      if (last.length > kept) last.shift()
      const ms = last.toSorted((one, other) => one - other)[Math.floor(last.length / 2)] ?? 0
      if (last.length < kept) {
        latency = { ms, baselineMs: ms, isSlow: false }
        return
      }
      const baselineMs = Math.max(baselineMsMin, Math.min(ms, latency.baselineMs * risePerNote))
      const limitMs = Math.max(slowMsMin, baselineMs * (latency.isSlow ? slowUntil : slowFrom))
      latency = { ms, baselineMs, isSlow: ms > limitMs }
    },
    read: () => latency,
  }
}
