export type { ActingCall, Acts, CallAct, Change, RecordAct } from './acts.ts'
export { answerConnectionError, refuseConnect } from './answering/connection-errors.ts'
export { createProblems, type OwnDetails, type Problems } from './answering/problem.ts'
export { type HttpProblemCode, httpProblems, type ProblemCatalog, problemsOf } from './answering/problem-catalog.ts'
export { requestIdOf } from './answering/request-id.ts'
export {
  type Authenticate,
  type AuthenticationResult,
  type Caller,
  type Credentials,
  decodePrincipal,
  encodePrincipal,
  type Principal,
} from './caller.ts'
export { noCardNumber } from './card-number.ts'
export { clientCertificate } from './client-certificate.ts'
export { assertedHeaders, certificateHeader } from './clients.ts'
export { problemType, staticHeaders } from './exchange.ts'
export { createHttpServer, type HttpServer } from './http-server.ts'
export { InvalidRequest, KeyNotInForce } from './invalid-request.ts'
export type { CallerLimits } from './limits/caller-limits.ts'
export { followConnections } from './limits/connections.ts'
export { createTurns } from './limits/fair-queue.ts'
export { createUnreadAnswers, type UnreadAnswers } from './limits/unread-answers.ts'
export { asListenFault, type Listening, listeningUrl } from './listening.ts'
export {
  isPermission,
  type Permission,
  type PermissionSet,
  permissionNames,
  permissions,
  personRoles,
  type Role,
  roles,
  type Scope,
  scopes,
} from './permissions.ts'
export {
  type Answer,
  answer,
  answerText,
  type HttpModule,
  type RequestSignal,
  type Route,
  type RouteRequest,
  route,
  takesIdempotencyKey,
  waited,
} from './route.ts'
export { refuseAbandoned } from './route-handler.ts'
export {
  closedObject,
  expectation,
  flagQuery,
  idSchema,
  meaning,
  metadataFilter,
  querySchema,
  timestampSchema,
} from './schemas.ts'
export {
  alwaysMarked,
  approvalHeader,
  type Held,
  type MarkedCall,
  markable,
  mayWait,
  type SecondPerson,
} from './second-person.ts'
