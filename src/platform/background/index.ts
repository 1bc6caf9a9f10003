export { createPeriodic, type Periodic, type PeriodicStatus } from './periodic.ts'
