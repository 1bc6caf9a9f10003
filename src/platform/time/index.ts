export { createLatest, withinMs } from './latest.ts'
export { systemClock } from './system-clock.ts'
