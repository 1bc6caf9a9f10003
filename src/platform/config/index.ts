export { type Configuration, defaultKeepDays, type KeepDays, readConfiguration } from './configuration.ts'
export type { RailSettings } from './rails-configuration.ts'
