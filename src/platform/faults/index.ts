export { DatabaseFault, databaseFault } from './database-fault.ts'
export { Fault } from './fault.ts'
export { faultPoint } from './fault-point.ts'
