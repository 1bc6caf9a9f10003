import type { Clock } from '#kernel'

/** The system's clock, in steps of a millisecond. It may be set back; measure durations with `performance.now()`. */
export const systemClock: Clock = { now: () => Date.now() * 1000 }
