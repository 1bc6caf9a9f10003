import type { X509Certificate } from 'node:crypto'
import type { Static, TSchema } from 'typebox'
import type { Refusal, Uuid } from '#kernel'
import type { Idempotent, IdempotentRequest } from '../idempotency/index.ts'
import type { Transaction } from '../postgres/index.ts'
import type { Acts, Recorder } from './acts.ts'
import type { ProblemCatalog } from './answering/problem-catalog.ts'
import type { Caller } from './caller.ts'
import type { Permission } from './permissions.ts'

export const bodyBytesMax = 1024 * 1024

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** An answer with a rendered body. Its content type is JSON, or problem+json from status 400 on. */
export type Answer = {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** Stored for replays instead of `body`, which holds a secret that is shown only once. */
  readonly keptBody?: string
  /** Sent instead of `body`, for an answer that is rendered once and sent often. */
  readonly bytes?: Buffer
  /** Each is a header `Set-Cookie`. */
  readonly cookies?: readonly string[]
}

/** An answer sent as it is produced, such as NDJSON. It ends early when the client disconnects. */
export type StreamAnswer = {
  readonly status: number
  readonly contentType: string
  readonly stream: AsyncIterable<string>
}

export type ProblemDetails = {
  readonly errors?: readonly object[]
  readonly headers?: Readonly<Record<string, string>>
  /** The permission that the caller lacks. */
  readonly permission?: Permission
  /** What waits for a second person. */
  readonly approval?: string | undefined
}

/** The `aborted` of an AbortSignal. Queue consumers check it, and skip abandoned requests before deciding them. */
export type RequestSignal = { readonly aborted: boolean }

/** A permission that some bodies need besides that of their route. Checked before the idempotency key is taken. */
export type FurtherNeed<Body> = {
  readonly permission: Permission
  /** For the table of permissions: what of the body needs it. */
  readonly what: string
  /** Names the field that needs it; undefined when the body does not. */
  readonly paramOf: (body: Body) => string | undefined
}

/** A request that has been authenticated, parsed and checked against the route's schemas. */
export type RouteRequest<Params = unknown, Query = unknown, Body = unknown> = {
  readonly id: string
  readonly caller: Caller
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly bytes: Buffer | undefined
  /** The path with its query, as sent. */
  readonly url: string
  /** Reads a header by its lower-case name; undefined when it is absent or repeated. */
  readonly header: (name: string) => string | undefined
  /** Of the client, as the connection has it. */
  readonly address: () => string | undefined
  /** Of the client, verified by the server. */
  readonly certificate: () => X509Certificate | undefined
  readonly idempotency: IdempotentRequest | undefined
  /**
   * The id of an object of this kind that the request creates. With an Idempotency-Key, it is derived from the key. If
   * the server loses the object and the client retries, the rail recognizes the id. The body is not part of it: if a
   * payment was lost as well, a retried refund or capture names the payment that replaced it.
   */
  readonly newId: (kind: string) => Uuid
  readonly signal: RequestSignal
  /** The client's deadline, by the clock of `performance`. Nothing of the request begins after it. */
  readonly untilMs: number | undefined
  readonly waitMs: number | undefined
  /** Aborted like `signal`, and when the server is about to close. A waiting handler then answers the current state. */
  readonly waitSignal: RequestSignal
  /** Releases the request's place for a database connection. Call it before waiting for something else. */
  readonly rest: () => void
  /** Releases that place, and waits for another one behind the requests of others. Call it between long steps. */
  readonly nextTurn: () => Promise<void>
  readonly refuse: (refusal: Refusal, details?: ProblemDetails) => Answer
  /**
   * For a request that continues after an error in one part: logs the error, and returns the part's refusal,
   * `internal_error`. Rethrows a retryable Fault.
   */
  readonly refusePart: (error: unknown) => Refusal
  /** What is stored for the key of a request that is done in parts: 409, the request is still running. */
  readonly inUse: () => Answer
  /** Answers the result of an idempotent write: the first answer, a replay of it, or 422. */
  readonly settle: (idempotent: Idempotent<unknown>) => Answer
} & Recorder

type Described = {
  readonly method: Method
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** What the caller must be permitted. `none`: open without a key and without a caller. */
  readonly permission: Permission | 'none'
  readonly bodyBytesMax?: number
  /** The body is of any type, and the handler reads its `bytes`. */
  readonly rawBody?: { readonly description: string }
  readonly answers: Readonly<Record<number, TSchema | null>>
  readonly contentType?: string
  /** A stream has no HEAD, which would start it for nothing. */
  readonly streams?: true
  readonly hidden?: true
  /** Honors `Prefer: wait`. The route must then answer with {@link waited}. */
  readonly waits?: true
  readonly problems?: readonly string[]
  /** Of every route that changes something. */
  readonly acts?: Acts
  /** It only ends what others have, so it never waits for a second person. */
  readonly takesAway?: true
  /** Of a route that shows personal data or secrets: the name of its reading in the log of acts. */
  readonly readAct?: string
}

/** A route without the types of its parts: the server registers it, and the OpenAPI document describes it. */
export type Route = Described & {
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  readonly handle?: (request: RouteRequest) => Handled
  /** Repeated with a new transaction when the database ended the first one for a deadlock. */
  readonly handleOnce?: (request: RouteRequest, tx: Transaction) => Promise<Answer>
  readonly afterCommit?: (request: RouteRequest, kept: Answer) => Answer | Promise<Answer>
  readonly alsoNeeds?: FurtherNeed<unknown>
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
  readonly query?: Query
  /** An absent body is read as `{}`. */
  readonly body?: Body
  readonly alsoNeeds?: FurtherNeed<Typed<Body>>
} & (
    | {
        /** Answers the request. With `request.idempotency`, the handler itself must store its answer under that key. */
        readonly handle: (request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>) => Handled
        /** Whether this body needs its own transaction, not a shared batch. It then waits in turn like `handleOnce`. */
        readonly writesBesides?: (body: Typed<Body>) => boolean
        readonly handleOnce?: never
        readonly afterCommit?: never
      }
    | {
        /**
         * Runs in a transaction that the server commits. It includes the answer stored under an Idempotency-Key, even a
         * refusal. Throwing rolls back and stores nothing.
         */
        readonly handleOnce: (
          request: RouteRequest<Typed<Params>, Typed<Query>, Typed<Body>>,
          tx: Transaction,
        ) => Promise<Answer>
        /** Runs after the commit and after a replay. `kept` is the stored answer. The returned one is sent instead. */
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
  // Sound because the server calls a handler only with parts that its schemas accepted.
  return declared as unknown as Route
}

/** Whether the route reads the header Idempotency-Key. All others ignore it. */
export function takesIdempotencyKey({ permission, method, handleOnce }: Route): boolean {
  return permission !== 'none' && (method === 'POST' || handleOnce !== undefined)
}

/** A module's part of the server: its routes and the meaning of the codes they answer. */
export type HttpModule = {
  readonly name: string
  readonly problems: ProblemCatalog
  readonly routes: readonly Route[]
}

export function answer(status: number, value: object, headers?: Readonly<Record<string, string>>): Answer {
  return answerText(status, JSON.stringify(value), headers)
}

/** Adds the header for a wait preference that was honored (RFC 7240). */
export function waited(answered: Answer, waitMs: number): Answer {
  return { ...answered, headers: { ...answered.headers, 'preference-applied': `wait=${waitMs / 1000}` } }
}

/** An answer whose body already is JSON text. */
export function answerText(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  return headers === undefined ? { status, body } : { status, body, headers }
}
