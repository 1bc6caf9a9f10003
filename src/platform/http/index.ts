export { type HttpProblemCode, httpProblems, type ProblemCatalog, problemsOf } from './answering/problem-catalog.ts'
export {
  type Authenticate,
  type AuthenticationResult,
  type Caller,
  type Credentials,
  type Scope,
  scopeSuffices,
  scopes,
} from './caller.ts'
export { noCardNumber } from './card-number.ts'
export { createHttpServer, type HttpServer } from './http-server.ts'
export { InvalidRequest, KeyNotInForce } from './invalid-request.ts'
export { addressOf } from './limits/connections.ts'
export { createTurns } from './limits/fair-queue.ts'
export {
  type Answer,
  answer,
  answerText,
  type HttpModule,
  type RequestSignal,
  type Route,
  type RouteRequest,
  route,
  type ScopeNeed,
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
