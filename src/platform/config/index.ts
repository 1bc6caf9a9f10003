export {
  type Configuration,
  defaultKeepDays,
  type KeepDays,
  type RailFlags,
  readConfiguration,
  roles,
  rolesWithDatabase,
  variables,
} from './configuration.ts'
export type { GatewaySettings } from './gateway-settings.ts'
export type { TlsSettings } from './tls-settings.ts'
