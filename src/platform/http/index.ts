export {
  type Authenticate,
  type AuthenticationResult,
  type Caller,
  type Credentials,
  type Scope,
  scopeSuffices,
  scopes,
} from './caller.ts'
export { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts'
export { InvalidRequest } from './invalid-request.ts'
export { type HttpProblemCode, httpProblems, type ProblemCatalogue, type ProblemEntry } from './problem-catalogue.ts'
export type { RatePolicy } from './rate-limit.ts'
export {
  type Answer,
  answer,
  answerText,
  bodyBytesMax,
  type HttpModule,
  type Method,
  type ProblemDetails,
  type Route,
  type RouteRequest,
  route,
  type StreamAnswer,
} from './route.ts'
export {
  closedObject,
  decodeCursor,
  encodeCursor,
  expectation,
  idSchema,
  limitMax,
  metadataFilter,
  metadataSchema,
  page,
  pageLimit,
  pageQuery,
  pageSchema,
  querySchema,
  timestampSchema,
} from './schemas.ts'
