export {
  type Configuration,
  defaultKeepDays,
  type KeepDays,
  type RailFlags,
  readConfiguration,
} from './configuration.ts'
