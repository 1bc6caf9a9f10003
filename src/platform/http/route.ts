import type { Static, TSchema } from 'typebox'
import type { Refusal, Uuid } from '#kernel'
import type { IdempotencyClaim, Idempotent } from '../idempotency/index.ts'
import type { Transaction } from '../postgres/index.ts'
import type { Caller, Scope } from './caller.ts'
import type { ProblemCatalog } from './problem-catalog.ts'

/** Bytes of a body when its route says nothing else: 1 MiB. */
export const bodyBytesMax = 1024 * 1024

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** An answer with a rendered body. Its content type is JSON, or problem+json from status 400 on. */
export type Answer = {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** What is kept for replays in place of the body, when that holds a secret that is shown once. */
  readonly keptBody?: string
  /** The body's bytes, sent in its place: of what is rendered once and answered often. */
  readonly bytes?: Buffer
}

/** An answer that is sent as it is made, such as NDJSON; it ends early when the client goes away. */
export type StreamAnswer = {
  readonly status: number
  readonly contentType: string
  readonly stream: AsyncIterable<string>
}

/** Beside the refusal itself: what a problem document may carry more. */
export type ProblemDetails = {
  readonly errors?: readonly object[]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Tells whether somebody still waits for the answer. Like the `aborted` of an AbortSignal, and no more:
 * who takes work from a queue looks at it, and passes over what nobody waits for before deciding it.
 */
export type RequestSignal = { readonly aborted: boolean }

/** A scope that a field of the body asks for, above that of its route. */
export type ScopeNeed = { readonly scope: Scope; readonly param: string }

/** A request that has been authenticated, parsed and found to match the route's schemas. */
export type RouteRequest<Params = unknown, Query = unknown, Body = unknown> = {
  /** The Request-Id. */
  readonly id: string
  readonly caller: Caller
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The body's very bytes, such as a signature is made over; undefined without a body. */
  readonly bytes: Buffer | undefined
  /** A header by its lower-case name; undefined when it is absent or came several times. */
  readonly header: (name: string) => string | undefined
  /** The claim on the request's Idempotency-Key; undefined when it has none. */
  readonly claim: IdempotencyClaim | undefined
  /**
   * An id for what the request makes, of that kind: with an Idempotency-Key it follows from that, so that a rail which is
   * asked again for what a server has lost knows it again. Not from what the request says: a refund or capture of a payment
   * that was lost, too, names the payment that was made in its place.
   */
  readonly newId: (kind: string) => Uuid
  /** Aborted when the client has gone away or the deadline has passed. */
  readonly signal: RequestSignal
  /** How long the client prefers to wait for the end (`Prefer: wait=SECONDS`), of a route that `waits`. */
  readonly waitMs: number | undefined
  /** Aborted like `signal`, and when the server is about to close: whoever waits is then answered what is known. */
  readonly waitSignal: RequestSignal
  /** Lets others have its turn at the connections of the database: it waits for something else from now on. */
  readonly rest: () => void
  /** Renders a refusal as the problem document of its code, with the status of the catalog. */
  readonly refuse: (refusal: Refusal, details?: ProblemDetails) => Answer
  /** Answers what came of an idempotent write: the first answer, a replay of it, or 422. */
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
  /** The least scope a key must have; `none`: open to anybody, without a caller. */
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
  /** The refusals the route may answer, by code; those of the HTTP layer are understood. */
  readonly problems?: readonly string[]
}

/** A route, with the types of its parts forgotten: what the server registers and OpenAPI is made from. */
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
  /** Query parameters are strings; one given twice is refused. See schemas.ts for `limit` and the like. */
  readonly query?: Query
  /** An absent body is read as `{}`. */
  readonly body?: Body
  /** The scope that this body needs, when it is more than the route's. Looked at before anything is claimed. */
  readonly scopeOf?: (body: Typed<Body>) => ScopeNeed | undefined
} & (
    | {
        /** Answers the request. With `request.claim`, the handler stores its answer under the claim itself. */
        readonly handle: (request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>) => Handled
        /**
         * Whether a POST with this body is handled in a transaction of the pool, and not gathered with others: then it
         * waits for its turn as what has `handleOnce` does.
         */
        readonly writesBesides?: (body: Typed<Body>) => boolean
        readonly handleOnce?: never
        readonly afterCommit?: never
      }
    | {
        /**
         * Answers the request within a transaction that the server opens and commits; the answer is
         * stored in it when the request has an Idempotency-Key, refusals included. Throwing rolls
         * back and stores nothing.
         */
        readonly handleOnce: (
          request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>,
          tx: Transaction,
        ) => Promise<Answer>
        /**
         * Follows the commit, and a replay as well: `kept` is what is stored under the key, and what is
         * returned is answered in its place, such as the end that the client waits for.
         */
        readonly afterCommit?: (
          request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>,
          kept: Answer,
        ) => Answer | Promise<Answer>
        readonly handle?: never
        readonly writesBesides?: never
      }
  )

/** Declares a route; the handler's parameters have the types of the schemas. */
export function route<
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
>(declared: RouteOf<Params, Query, Body>): Route {
  // Sound because the server calls a handler only with what its schemas have accepted.
  return declared as unknown as Route
}

/** What a module gives to the server: its routes and the meaning of the codes they answer. */
export type HttpModule = {
  readonly name: string
  readonly problems: ProblemCatalog
  readonly routes: readonly Route[]
}

/** An answer whose body is the value as JSON. */
export function answer(status: number, value: object, headers?: Readonly<Record<string, string>>): Answer {
  return answerText(status, JSON.stringify(value), headers)
}

/** The answer, saying that the client's preference to wait was honored (RFC 7240). */
export function waited(answered: Answer, waitMs: number): Answer {
  return { ...answered, headers: { ...answered.headers, 'preference-applied': `wait=${waitMs / 1000}` } }
}

/** An answer whose body is JSON text already. */
export function answerText(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  return headers === undefined ? { status, body } : { status, body, headers }
}
