/** The planned use of a process, as a fraction of its true rate; the rest is for bursts. */
const headroom = 0.6

export type Demand = {
  readonly arrivalPerSecond: number
  readonly backlog: number
  readonly catchUpSeconds: number
  readonly truePerSecond: number
}

/** ⌈(arrival + backlog ÷ catch-up) ÷ (true rate × 0.6)⌉; one while the rate is unknown. */
export function neededConsumers({ arrivalPerSecond, backlog, catchUpSeconds, truePerSecond }: Demand): number {
  const wantedPerSecond = Math.max(0, arrivalPerSecond) + backlog / catchUpSeconds
  if (wantedPerSecond === 0 || truePerSecond <= 0) return 1
  return Math.max(1, Math.ceil(wantedPerSecond / (truePerSecond * headroom)))
}

export type Spent = {
  readonly messages: number
  readonly sessionMs: number
  readonly slotMs: number
  readonly sessionsMax: number
  readonly slotsMax: number
}

/** The rate of a process that always has work: its transactions or its slots limit it. Undefined without messages. */
export function trueRate(spent: Spent): number | undefined {
  if (spent.messages === 0) return undefined
  const bySessions = (spent.messages * 1000 * spent.sessionsMax) / Math.max(spent.sessionMs, 0.01)
  const bySlots = (spent.messages * 1000 * spent.slotsMax) / Math.max(spent.slotMs, 0.01)
  return Math.min(bySessions, bySlots)
}
