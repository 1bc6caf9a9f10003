/** The part of what a process can do that it is planned with: the rest is for bursts. */
const headroom = 0.6

/** What a lane asks of its consumers. Rates are messages a second. */
export type Demand = {
  readonly arrivalPerSecond: number
  readonly backlog: number
  /** Within which time the backlog is to be worked off, in seconds. */
  readonly catchUpSeconds: number
  /** What one process does when it has enough to do. */
  readonly truePerSecond: number
}

/**
 * How many processes the lane needs: ⌈(arrival + backlog ÷ catch-up) ÷ (true rate × 0.6)⌉. One, as long as
 * nothing is known of the rate.
 */
export function neededConsumers({ arrivalPerSecond, backlog, catchUpSeconds, truePerSecond }: Demand): number {
  const wantedPerSecond = Math.max(0, arrivalPerSecond) + backlog / catchUpSeconds
  if (wantedPerSecond === 0 || truePerSecond <= 0) return 1
  return Math.max(1, Math.ceil(wantedPerSecond / (truePerSecond * headroom)))
}

/** What was done in a while, and with how much of what there is. */
export type Spent = {
  readonly messages: number
  readonly sessionMs: number
  readonly slotMs: number
  readonly sessionsMax: number
  readonly slotsMax: number
}

/**
 * The messages a second that a process would handle if it always had some: limited by its transactions
 * or, when the work after the commit takes long, by its slots. Undefined when nothing was done.
 */
export function trueRate(spent: Spent): number | undefined {
  if (spent.messages === 0) return undefined
  const bySessions = (spent.messages * 1000 * spent.sessionsMax) / Math.max(spent.sessionMs, 0.01)
  const bySlots = (spent.messages * 1000 * spent.slotsMax) / Math.max(spent.slotMs, 0.01)
  return Math.min(bySessions, bySlots)
}
