export { Fault } from './fault.ts'
export { faultPoint } from './fault-point.ts'
