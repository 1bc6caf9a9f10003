export { defaultCallbackSecret } from './callbacks.ts'
export { testWords } from './operations/test-values.ts'
export { type RailSimulator, type RailSimulatorOptions, startRailSimulator } from './rail-simulator.ts'
export { allowedRoles } from './server/tls.ts'
