const failuresMin = 20
/** An outcome counts for one to two periods. */
const periodMs = 5_000

type Outcomes = { failed: number; succeeded: number }
type Period = Map<number, Outcomes>

/**
 * Trips when most messages fail, and fail for most shares: an outage, which would turn the lane into dead letters. A
 * vendor whose messages all fail does not trip it while other vendors' messages succeed.
 */
export class FailureWindow {
  #now: Period = new Map()
  #before: Period = new Map()
  #until = 0

  observe(share: number, failed: number, succeeded: number, nowMs: number): void {
    if (nowMs >= this.#until) {
      this.#before = nowMs >= this.#until + periodMs ? new Map() : this.#now
      this.#now = new Map()
      this.#until = nowMs + periodMs
    }
    const outcomes = this.#now.get(share)
    if (outcomes === undefined) this.#now.set(share, { failed, succeeded })
    else {
      outcomes.failed += failed
      outcomes.succeeded += succeeded
    }
  }

  trips(): boolean {
    let failed = 0
    let succeeded = 0
    let failing = 0
    const shares = new Set([...this.#now.keys(), ...this.#before.keys()])
    for (const share of shares) {
      const now = this.#now.get(share) ?? none
      const before = this.#before.get(share) ?? none
      const shareFailed = now.failed + before.failed
      const shareSucceeded = now.succeeded + before.succeeded
      failed += shareFailed
      succeeded += shareSucceeded
      if (shareFailed > shareSucceeded) failing += 1
    }
    return failed >= failuresMin && failed > succeeded && failing * 2 > shares.size
  }

  clear(): void {
    this.#now.clear()
    this.#before.clear()
  }
}

const none: Outcomes = { failed: 0, succeeded: 0 }

const firstProbeMs = 1_000
const probeMsMax = 30_000

export function probeDelayMs(probes: number): number {
  return Math.min(probeMsMax, firstProbeMs * 2 ** Math.min(probes, 10))
}
