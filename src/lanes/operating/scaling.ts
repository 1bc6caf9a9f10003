/** The planned use of a process, as a fraction of its true rate; the rest is for bursts. */
const headroom = 0.6

/** The work of a lane that its processes must handle. Rates are messages a second. */
export type Demand = {
  readonly arrivalPerSecond: number
  readonly backlog: number
  /** The backlog should be worked off within this time, in seconds. */
  readonly catchUpSeconds: number
  /** Throughput of one process that always has work. */
  readonly truePerSecond: number
}

/**
 * The number of processes that the lane needs: ⌈(arrival + backlog ÷ catch-up) ÷ (true rate × 0.6)⌉. One, while the
 * rate is unknown.
 */
export function neededConsumers({ arrivalPerSecond, backlog, catchUpSeconds, truePerSecond }: Demand): number {
  const wantedPerSecond = Math.max(0, arrivalPerSecond) + backlog / catchUpSeconds
  if (wantedPerSecond === 0 || truePerSecond <= 0) return 1
  return Math.max(1, Math.ceil(wantedPerSecond / (truePerSecond * headroom)))
}

/** The messages handled in a period, the time used, and the capacity. */
export type Spent = {
  readonly messages: number
  readonly sessionMs: number
  readonly slotMs: number
  readonly sessionsMax: number
  readonly slotsMax: number
}

/**
 * The messages a second that a process would handle if it always had work. Its transactions limit it, or its slots when
 * the work after the commit is long. Undefined when nothing was handled.
 */
export function trueRate(spent: Spent): number | undefined {
  if (spent.messages === 0) return undefined
  const bySessions = (spent.messages * 1000 * spent.sessionsMax) / Math.max(spent.sessionMs, 0.01)
  const bySlots = (spent.messages * 1000 * spent.slotsMax) / Math.max(spent.slotMs, 0.01)
  return Math.min(bySessions, bySlots)
}
