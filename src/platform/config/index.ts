export { type Configuration, type ConfigurationResult, type Role, readConfiguration, roles } from './configuration.ts'
