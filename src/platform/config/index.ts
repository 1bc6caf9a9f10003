export {
  type Configuration,
  defaultKeepDays,
  type KeepDays,
  type RailFlags,
  readConfiguration,
  roles,
  variables,
} from './configuration.ts'
export type { TlsSettings } from './tls-settings.ts'
