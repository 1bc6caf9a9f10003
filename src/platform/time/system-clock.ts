import type { Clock } from '#kernel'

/** The system's clock, in steps of a millisecond. It may be set back; durations are measured with `performance.now()`. */
export const systemClock: Clock = { now: () => Date.now() * 1000 }
