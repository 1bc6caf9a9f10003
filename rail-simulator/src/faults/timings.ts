/** The control API changes these while the simulator runs. */
export type Timings = {
  latencyMs: number
  /** 0: only the control API closes the bank's days. */
  dayMs: number
  /** From the acceptance of a UPI operation to its callback. */
  callbackDelayMs: number
  /** From a time-out or failure to the late success, and from a charge to its dispute. */
  lateMs: number
  slowMs: number
  hangMs: number
  authorizationMs: number
  /** From the notice of a debit to the earliest debit by a mandate. */
  noticeMs: number
}

export const timingNames = [
  'latencyMs',
  'dayMs',
  'callbackDelayMs',
  'lateMs',
  'slowMs',
  'hangMs',
  'authorizationMs',
  'noticeMs',
] as const satisfies readonly (keyof Timings)[]

export const defaultTimings: Readonly<Timings> = {
  latencyMs: 20,
  dayMs: 2000,
  callbackDelayMs: 50,
  lateMs: 1500,
  slowMs: 3000,
  hangMs: 30_000,
  authorizationMs: 7 * 24 * 3_600_000,
  noticeMs: 24 * 3_600_000,
}
