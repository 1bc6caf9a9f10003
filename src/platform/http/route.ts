import type { Static, TSchema } from 'typebox'
import type { Refusal, Uuid } from '#kernel'
import type { IdempotencyClaim, Idempotent } from '../idempotency/index.ts'
import type { Transaction } from '../postgres/index.ts'
import type { Caller, Scope } from './caller.ts'
import type { ProblemCatalog } from './answering/problem-catalog.ts'

/** Bytes of a body unless its route sets another limit: 1 MiB. */
export const bodyBytesMax = 1024 * 1024

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** An answer with a rendered body. Its content type is JSON, or problem+json from status 400 on. */
export type Answer = {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** Stored for replays in place of the body, when the body holds a secret that is shown once. */
  readonly keptBody?: string
  /** The body's bytes, sent in its place, for an answer that is rendered once and sent often. */
  readonly bytes?: Buffer
}

/** An answer that is sent as it is produced, such as NDJSON. It ends early when the client disconnects. */
export type StreamAnswer = {
  readonly status: number
  readonly contentType: string
  readonly stream: AsyncIterable<string>
}

/** Additional fields and headers of a problem document. */
export type ProblemDetails = {
  readonly errors?: readonly object[]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Whether the client still waits for the answer. It has only the `aborted` of an AbortSignal. A consumer of a queue
 * checks it, and skips abandoned requests before it decides them.
 */
export type RequestSignal = { readonly aborted: boolean }

/** A scope that a field of the body needs, above that of its route. */
export type ScopeNeed = { readonly scope: Scope; readonly param: string }

/** A request that has been authenticated, parsed and checked against the route's schemas. */
export type RouteRequest<Params = unknown, Query = unknown, Body = unknown> = {
  /** The Request-Id. */
  readonly id: string
  readonly caller: Caller
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The exact bytes of the body, such as for checking a signature; undefined without a body. */
  readonly bytes: Buffer | undefined
  /** A header by its lower-case name; undefined when it is absent or repeated. */
  readonly header: (name: string) => string | undefined
  /** The claim on the request's Idempotency-Key; undefined when it has none. */
  readonly claim: IdempotencyClaim | undefined
  /**
   * An id for the object of that kind which the request creates. With an Idempotency-Key it is derived from the key. If
   * the server loses the object and the client repeats the request, the rail recognizes the id. The body is not part of
   * it: if a payment was lost as well, a repeated refund or capture names the payment that replaced it.
   */
  readonly newId: (kind: string) => Uuid
  /** Aborted when the client has disconnected or the deadline has passed. */
  readonly signal: RequestSignal
  /** How long the client prefers to wait for the end (`Prefer: wait=SECONDS`), of a route that `waits`. */
  readonly waitMs: number | undefined
  /** Aborted like `signal`, and when the server is about to close. A waiting handler then answers the current state. */
  readonly waitSignal: RequestSignal
  /** Releases the request's turn at the connections of the database, before it waits for something else. */
  readonly rest: () => void
  /** Renders a refusal as the problem document of its code, with the status of the catalog. */
  readonly refuse: (refusal: Refusal, details?: ProblemDetails) => Answer
  /** Answers the result of an idempotent write: the first answer, a replay of it, or 422. */
  readonly settle: (idempotent: Idempotent<unknown>) => Answer
}

type Described = {
  readonly method: Method
  readonly path: string
  /** The operationId: `create_transfer`. */
  readonly operation: string
  readonly summary: string
  readonly description?: string
  /** The heading in the API reference. */
  readonly tag: string
  /** The least scope a key must have; `none`: open without a key and without a caller. */
  readonly scope: Scope | 'none'
  /** Bytes a body may have; {@link bodyBytesMax} when not given. */
  readonly bodyBytesMax?: number
  /** Schemas of the answers' bodies by status; null: an answer without a described body. */
  readonly answers: Readonly<Record<number, TSchema | null>>
  /** The content type of the successful answers when it is not application/json. */
  readonly contentType?: string
  /** Whether the answer is a stream. Such a route has no HEAD, which would start the stream for nothing. */
  readonly streams?: true
  /** Whether the OpenAPI document leaves the route out. */
  readonly hidden?: true
  /** Whether the route honors `Prefer: wait`: it then answers by {@link waited}. */
  readonly waits?: true
  /** The refusals the route may answer, by code. Those of the HTTP layer are implied. */
  readonly problems?: readonly string[]
}

/** A route without the types of its parts. The server registers it, and OpenAPI is made from it. */
export type Route = Described & {
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  readonly handle?: (request: RouteRequest) => Handled
  readonly handleOnce?: (request: RouteRequest, tx: Transaction) => Promise<Answer>
  readonly afterCommit?: (request: RouteRequest, kept: Answer) => Answer | Promise<Answer>
  readonly scopeOf?: (body: unknown) => ScopeNeed | undefined
  readonly writesBesides?: (body: unknown) => boolean
}

type Handled = Answer | StreamAnswer | Promise<Answer | StreamAnswer>

type Typed<Schema extends TSchema | undefined> = Schema extends TSchema ? Static<Schema> : undefined

type RouteOf<
  Params extends TSchema | undefined,
  Query extends TSchema | undefined,
  Body extends TSchema | undefined,
> = Described & {
  readonly params?: Params
  /** Query parameters are strings; a repeated one is refused. See schemas.ts for `limit` and similar fields. */
  readonly query?: Query
  /** An absent body is read as `{}`. */
  readonly body?: Body
  /** The scope that this body needs, when it is more than the route's. Checked before anything is claimed. */
  readonly scopeOf?: (body: Typed<Body>) => ScopeNeed | undefined
} & (
    | {
        /** Answers the request. With `request.claim`, the handler stores its answer under the claim itself. */
        readonly handle: (request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>) => Handled
        /**
         * Whether a POST with this body runs in a transaction of the pool, not in a shared batch. It then waits for its
         * turn like `handleOnce`.
         */
        readonly writesBesides?: (body: Typed<Body>) => boolean
        readonly handleOnce?: never
        readonly afterCommit?: never
      }
    | {
        /**
         * Answers the request within a transaction that the server opens and commits. When the request has an
         * Idempotency-Key, the answer is stored in it, refusals included. Throwing rolls back and stores nothing.
         */
        readonly handleOnce: (
          request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>,
          tx: Transaction,
        ) => Promise<Answer>
        /**
         * Runs after the commit, and after a replay as well. `kept` is the answer stored under the key. The returned
         * answer is sent in its place, such as the end that the client waits for.
         */
        readonly afterCommit?: (
          request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>,
          kept: Answer,
        ) => Answer | Promise<Answer>
        readonly handle?: never
        readonly writesBesides?: never
      }
  )

/** Declares a route. The handler's parameters have the types of the schemas. */
export function route<
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
>(declared: RouteOf<Params, Query, Body>): Route {
  // Sound because the server calls a handler only with parts that its schemas have accepted.
  return declared as unknown as Route
}

/** A module's part of the server: its routes and the meaning of the codes they answer. */
export type HttpModule = {
  readonly name: string
  readonly problems: ProblemCatalog
  readonly routes: readonly Route[]
}

/** An answer whose body is the value as JSON. */
export function answer(status: number, value: object, headers?: Readonly<Record<string, string>>): Answer {
  return answerText(status, JSON.stringify(value), headers)
}

/** The answer, with the header that says that the client's preference to wait was honored (RFC 7240). */
export function waited(answered: Answer, waitMs: number): Answer {
  return { ...answered, headers: { ...answered.headers, 'preference-applied': `wait=${waitMs / 1000}` } }
}

/** An answer whose body already is JSON text. */
export function answerText(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  return headers === undefined ? { status, body } : { status, body, headers }
}
