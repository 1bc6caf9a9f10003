export { type RailSimulator, type RailSimulatorOptions, startRailSimulator } from './rail-simulator.ts'
