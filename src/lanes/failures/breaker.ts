const failuresMin = 20
/** An outcome counts for one to two periods. */
const periodMs = 5_000

export type Outcomes = { failed: number; succeeded: number }
type Period = Map<number, Outcomes>

/**
 * Trips when most messages fail, and fail for most tenants: an outage, which would turn the lane into dead letters. A
 * vendor whose messages all fail does not trip it while other vendors' messages succeed.
 */
export class FailureWindow {
  #now: Period = new Map()
  #before: Period = new Map()
  #until = 0

  observe(tenant: number, { failed, succeeded, nowMs }: Outcomes & { readonly nowMs: number }): void {
    if (nowMs >= this.#until) {
      this.#before = nowMs >= this.#until + periodMs ? new Map() : this.#now
      this.#now = new Map()
      this.#until = nowMs + periodMs
    }
    const outcomes = this.#now.get(tenant)
    if (outcomes === undefined) this.#now.set(tenant, { failed, succeeded })
    else {
      outcomes.failed += failed
      outcomes.succeeded += succeeded
    }
  }

  trips(): boolean {
    let failed = 0
    let succeeded = 0
    let failing = 0
    const tenants = new Set([...this.#now.keys(), ...this.#before.keys()])
    for (const tenant of tenants) {
      const now = this.#now.get(tenant) ?? none
      const before = this.#before.get(tenant) ?? none
      const tenantFailed = now.failed + before.failed
      const tenantSucceeded = now.succeeded + before.succeeded
      failed += tenantFailed
      succeeded += tenantSucceeded
      if (tenantFailed > tenantSucceeded) failing += 1
    }
    return failed >= failuresMin && failed > succeeded && failing * 2 > tenants.size
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
