export { createPeriodic, type Periodic, type PeriodicStatus } from './periodic.ts'
export { startWithin } from './start-within.ts'
