const failuresMin = 20
/** An outcome counts for one to two periods. */
const periodMs = 5_000

export type Outcomes = { failed: number; succeeded: number }
export type Observer = { readonly book: number; readonly tenant: number }
type Period = Map<number, { readonly book: number; readonly outcomes: Outcomes }>

/**
 * Trips when most messages fail, and fail for most tenants of most books: an outage, which would turn the lane into
 * dead letters. A vendor whose messages all fail does not trip it while other vendors' messages succeed, and neither
 * does a book, however many vendors it has.
 */
export class FailureWindow {
  #now: Period = new Map()
  #before: Period = new Map()
  #until = 0

  observe({ book, tenant }: Observer, { failed, succeeded, nowMs }: Outcomes & { readonly nowMs: number }): void {
    if (nowMs >= this.#until) {
      this.#before = nowMs >= this.#until + periodMs ? new Map() : this.#now
      this.#now = new Map()
      this.#until = nowMs + periodMs
    }
    const known = this.#now.get(tenant)
    if (known === undefined) this.#now.set(tenant, { book, outcomes: { failed, succeeded } })
    else {
      known.outcomes.failed += failed
      known.outcomes.succeeded += succeeded
    }
  }

  trips(): boolean {
    let failed = 0
    let succeeded = 0
    const books = new Map<number, { tenants: number; failing: number }>()
    for (const [tenant, { book }] of new Map([...this.#before, ...this.#now])) {
      const now = this.#now.get(tenant)?.outcomes ?? none
      const before = this.#before.get(tenant)?.outcomes ?? none
      const tenantFailed = now.failed + before.failed
      const tenantSucceeded = now.succeeded + before.succeeded
      failed += tenantFailed
      succeeded += tenantSucceeded
      const counted = books.get(book) ?? { tenants: 0, failing: 0 }
      books.set(book, counted)
      counted.tenants += 1
      if (tenantFailed > tenantSucceeded) counted.failing += 1
    }
    if (failed < failuresMin || failed <= succeeded) return false
    const failing = [...books.values()].filter((one) => one.failing * 2 > one.tenants)
    return failing.length * 2 > books.size
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
