export { allowedRoles, type CertificateRole, certificateRoles, type TlsPort } from './allowed-roles.ts'
export { rolesOf } from './certificate-roles.ts'
export { checkRole, connectOptions, currentConnectOptions, withAuthorities } from './client-options.ts'
export { endsOf, type TlsEnd } from './ends.ts'
export {
  type OpenTlsOptions,
  openTls,
  type Tls,
  type TlsReferences,
  type TlsResult,
  type TlsTexts,
} from './open-tls.ts'
export { createRefusalLog } from './refusal-log.ts'
export {
  guardServer,
  type RefusedConnection,
  type ServerGuard,
  serverOptions,
  type TlsListener,
} from './server-guard.ts'
