import type { Database } from '../postgres/index.ts'
import type { Authenticate } from './caller.ts'
import type { ProblemCatalogue } from './problem-catalogue.ts'
import type { HttpModule, Route } from './route.ts'

export type HttpServerOptions = {
  readonly modules: readonly HttpModule[]
  readonly authenticate: Authenticate
  /** Where `handleOnce` routes have their transactions. */
  readonly database: Database
}

export type HttpServer = {
  /** Starts to listen; answers the URL. Port 0 takes a free one. */
  readonly listen: (address: { host: string; port: number }) => Promise<string>
  /** Stops to accept, finishes what runs (at most `timeoutMs`), closes all connections. */
  readonly close: (timeoutMs: number) => Promise<void>
  /** Every route and every code, for OpenAPI and the docs. */
  readonly routes: readonly Route[]
  readonly problems: ProblemCatalogue
}
