export { type Configuration, readConfiguration } from './configuration.ts'
export type { RailSettings } from './rails-configuration.ts'
