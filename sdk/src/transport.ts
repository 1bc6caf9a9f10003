import { type Bearer, NoToken, NotGiven } from './bearer.ts'
import { MunimConnectionError, MunimError, MunimTimeoutError } from './errors.ts'
import { errorOf, type Failure, failureOf, parseJson } from './read-answer.ts'
import { isOfOneAttempt, isRetryable, leavesOpen, type RetryPolicy, retryDelayMs, wasNotSent } from './retry.ts'

/** The options of every call. */
export type CallOptions = {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** The time-out of one attempt. */
  readonly timeoutMs?: number
  /** The time-out of the call with all its attempts and waits. */
  readonly deadlineMs?: number
  /** The server begins nothing of the call later than this after its start. */
  readonly beginWithinMs?: number
  /** Attempts after the first. */
  readonly retries?: number
  /** No attempt begins later than this after the start of the call. */
  readonly retryForMs?: number
  /**
   * For POST. By default, every call gets a generated key. Pass your own to retry a call safely from another process.
   * `null` sends none: only for requests whose ids make them idempotent.
   */
  readonly idempotencyKey?: string | null
  /**
   * For payments, captures, refunds, payouts and orders: seconds, up to 20, that the server waits for the final state.
   * If it is not reached in time, the answer shows the current state.
   */
  readonly wait?: number
}

export type TransportOptions = {
  readonly url: string
  readonly bearer: Bearer
  readonly book: string | undefined
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly retryForMs: number
  readonly policy: RetryPolicy
  readonly fetch: typeof globalThis.fetch
  readonly onRetry: ((retry: Retry) => void) | undefined
}

/** Reported before each wait for another attempt. */
export type Retry = { readonly error: Error; readonly attempts: number; readonly delayMs: number }

/** One request of the API. `query` omits undefined values; `body` may contain bigints; a text is sent as it is. */
export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: URLSearchParams
  readonly body?: object | string
  /** The id of what somebody has approved: this request. */
  readonly approval?: string
}

/** Sends requests with retries, and reads JSON answers. */
export type Transport = {
  readonly send: (request: ApiRequest, options?: CallOptions) => Promise<unknown>
  /** One attempt of a GET whose answer is lines of JSON. The time-out applies to each line. */
  readonly lines: (request: ApiRequest, options?: CallOptions) => AsyncGenerator<unknown, void, void>
}

export function createTransport(options: TransportOptions): Transport {
  return {
    send: (request, call = {}) => sendWithRetries(options, request, call),
    lines: (request, call = {}) => readLines(options, request, call),
  }
}

type Attempt =
  | { readonly kind: 'answered'; readonly body: unknown }
  | {
      readonly kind: 'failed'
      readonly error: Error
      readonly retryable: boolean
      readonly retryAfterMs?: number
      /** Another token may be accepted. */
      readonly renewable?: boolean
      /** There was no token to send it with. */
      readonly unsent?: true
    }
type Failed = Extract<Attempt, { readonly kind: 'failed' }>

async function sendWithRetries(options: TransportOptions, request: ApiRequest, call: CallOptions): Promise<unknown> {
  const startedMs = performance.now()
  const deadlineMs = call.deadlineMs ?? options.deadlineMs
  const retryForMs = call.retryForMs ?? options.retryForMs
  const retries = call.retries ?? options.policy.retries
  const url = addressOf(options, request)
  // Every attempt has the same key, so that the server does the work once.
  const init = initOf(options, request, call)
  let isRenewed = false
  let open: Error | undefined
  for (let attempts = 1; ; attempts += 1) {
    call.signal?.throwIfAborted()
    const leftMs = deadlineMs - (performance.now() - startedMs)
    const timeoutMs = Math.min(call.timeoutMs ?? options.timeoutMs, leftMs)
    const begun = beginningWithin(init, { beginWithinMs: call.beginWithinMs, startedMs })
    const attempt = await attemptOnce(options, { url, init: begun, timeoutMs, attempts }, call.signal)
    if (attempt.kind === 'answered') return attempt.body
    if (attempt.renewable === true && !isRenewed) {
      isRenewed = true
      continue
    }
    // Otherwise the caller would take what an earlier attempt has done for not done.
    const error = (isAboutItselfOnly(request, attempt) ? open : undefined) ?? attempt.error
    if (mayHaveBegun(request, attempt)) open = attempt.error
    const delayMs = retryDelayMs(options.policy, { retry: attempts, retryAfterMs: attempt.retryAfterMs }, Math.random)
    const nextMs = performance.now() - startedMs + delayMs
    if (!attempt.retryable || attempts > retries || nextMs >= deadlineMs || nextMs > retryForMs) throw error
    options.onRetry?.({ error: attempt.error, attempts, delayMs })
    await pause(delayMs, call.signal)
  }
}

/** Whether an attempt that failed so may have had its effect, or have it yet. */
function mayHaveBegun({ method }: ApiRequest, { error, unsent }: Failed): boolean {
  if (unsent === true) return false
  if (error instanceof MunimError) return leavesOpen({ method, status: error.status, code: error.code })
  if (error instanceof MunimTimeoutError) return method !== 'GET'
  return method !== 'GET' && error instanceof MunimConnectionError && !wasNotSent(error.code)
}

/** Whether a failure says nothing of the attempts before it. */
function isAboutItselfOnly({ method }: ApiRequest, { error, unsent }: Failed): boolean {
  if (unsent === true) return true
  if (error instanceof MunimError) return isOfOneAttempt({ method, status: error.status, code: error.code })
  return error instanceof MunimConnectionError && wasNotSent(error.code)
}

type Beginning = { readonly beginWithinMs: number | undefined; readonly startedMs: number }

/** What is left of the deadline for the attempt. */
function beginningWithin(init: RequestInit, { beginWithinMs, startedMs }: Beginning): RequestInit {
  if (beginWithinMs === undefined) return init
  const leftMs = Math.max(0, Math.trunc(beginWithinMs - (performance.now() - startedMs)))
  return { ...init, headers: { ...(init.headers as Record<string, string>), 'munim-deadline': String(leftMs) } }
}

type AttemptInput = {
  readonly url: string
  readonly init: RequestInit
  readonly timeoutMs: number
  readonly attempts: number
}

async function attemptOnce(
  options: TransportOptions,
  input: AttemptInput,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const timer = startTimer(signal)
  timer.restart(input.timeoutMs)
  try {
    const bearer = await orAborted(options.bearer.text(input.timeoutMs), timer.signal)
    const response = await options.fetch(input.url, authorized(input.init, { bearer, signal: timer.signal }))
    // Part of the attempt, because the connection may break within the body.
    const text = await response.text()
    const attempt = readAnswer(response, text)
    if (response.status !== 401 || attempt.kind === 'answered') return attempt
    return { ...attempt, renewable: options.bearer.refused(bearer) }
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof NoToken) return { ...failed(cause.failure), unsent: true }
    if (cause instanceof NotGiven) return { kind: 'failed', ...notGiven(cause), unsent: true }
    const error = timer.timedOut()
      ? new MunimTimeoutError(input.url, { attempts: input.attempts, waitedMs: Math.round(input.timeoutMs) })
      : new MunimConnectionError(input.url, input.attempts, cause)
    return { kind: 'failed', error, retryable: true }
  } finally {
    timer.stop()
  }
}

/** A token that was lost on the way may come at the next attempt. */
function notGiven({ cause }: NotGiven): { readonly error: Error; readonly retryable: boolean } {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  return { error, retryable: error instanceof MunimConnectionError }
}

function readAnswer(response: Response, text: string): Attempt {
  if (response.ok) {
    const body = parseJson(text)
    if (body !== undefined) return { kind: 'answered', body }
  }
  return failed(failureOf(response, text))
}

function failed({ error, retryAfterMs }: Failure): Failed {
  const attempt = { kind: 'failed', error, retryable: isRetryable(error.status, error.code) } as const
  return retryAfterMs === undefined ? attempt : { ...attempt, retryAfterMs }
}

type Authorized = { readonly bearer: string; readonly signal: AbortSignal }

function authorized(init: RequestInit, { bearer, signal }: Authorized): RequestInit {
  return {
    ...init,
    headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${bearer}` },
    signal,
  }
}

/** A token may be on its way for other calls too, so no call aborts that. */
async function orAborted(text: string | Promise<string>, signal: AbortSignal): Promise<string> {
  if (typeof text === 'string') return text
  const { promise: over, reject } = Promise.withResolvers<string>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  over.catch(() => undefined)
  text.catch(() => undefined)
  try {
    return await Promise.race([text, over])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function* readLines(
  options: TransportOptions,
  request: ApiRequest,
  call: CallOptions,
): AsyncGenerator<unknown, void, void> {
  const url = addressOf(options, request)
  const timeoutMs = call.timeoutMs ?? options.timeoutMs
  call.signal?.throwIfAborted()
  const timer = startTimer(call.signal)
  try {
    timer.restart(timeoutMs)
    const ask = async () => {
      const bearer = await orAborted(options.bearer.text(timeoutMs), timer.signal)
      const init = authorized(initOf(options, request, call), { bearer, signal: timer.signal })
      const answered = await options.fetch(url, init)
      return { answered, isRenewable: answered.status === 401 && options.bearer.refused(bearer) }
    }
    const first = await ask()
    await (first.isRenewable && first.answered.body?.cancel())
    const response = first.isRenewable ? (await ask()).answered : first.answered
    if (!response.ok || response.body === null) throw errorOf(response, await response.text())
    for await (const line of splitLines(response.body as unknown as AsyncIterable<Uint8Array>)) {
      timer.pause()
      yield JSON.parse(line)
      timer.restart(timeoutMs)
    }
  } catch (cause) {
    call.signal?.throwIfAborted()
    if (cause instanceof MunimError) throw cause
    if (cause instanceof NoToken) throw cause.failure.error
    if (cause instanceof NotGiven) throw notGiven(cause).error
    throw timer.timedOut()
      ? new MunimTimeoutError(url, { attempts: 1, waitedMs: timeoutMs })
      : new MunimConnectionError(url, 1, cause)
  } finally {
    timer.stop()
  }
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield line
  }
  if (rest !== '') yield rest
}

function addressOf(options: TransportOptions, request: ApiRequest): string {
  const query = request.query?.toString() ?? ''
  return `${options.url}${request.path}${query === '' ? '' : `?${query}`}`
}

function initOf(options: TransportOptions, request: ApiRequest, call: CallOptions): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' }
  if (options.book !== undefined) headers['munim-book'] = options.book
  if (request.approval !== undefined) headers['munim-approval'] = request.approval
  if (call.wait !== undefined) headers.prefer = `wait=${Math.trunc(call.wait)}`
  if (request.method === 'POST' && call.idempotencyKey !== null) {
    headers['idempotency-key'] = call.idempotencyKey ?? crypto.randomUUID()
  }
  // A redirected write would silently become a read.
  const common = { method: request.method, headers, redirect: 'manual' } as const
  if (request.body === undefined) return common
  headers['content-type'] = 'application/json'
  return { ...common, body: typeof request.body === 'string' ? request.body : encodeJson(request.body) }
}

/**
 * Encodes bigints as digit strings. Throws for a number that is not a safe integer, because it would silently become
 * another amount.
 */
export function encodeJson(body: object): string {
  return JSON.stringify(body, (key: string, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw new TypeError(`${key}: ${value} is not an exact integer; give minor units as a bigint or a digit string`)
    }
    return value
  })
}

const timerMsMax = 2 ** 31 - 1

/** A signal that aborts with the caller's signal or after a time-out. */
function startTimer(outer: AbortSignal | undefined) {
  const controller = new AbortController()
  let handle: ReturnType<typeof setTimeout> | undefined
  let timedOut = false
  const follow = () => controller.abort(outer?.reason)
  outer?.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    restart: (ms: number) => {
      clearTimeout(handle)
      // A longer timer would fire at once. No caller waits 24 days for one answer, so none is started.
      if (ms > timerMsMax) return
      handle = setTimeout(() => {
        timedOut = true
        controller.abort()
      }, ms)
    },
    pause: () => clearTimeout(handle),
    stop: () => {
      clearTimeout(handle)
      outer?.removeEventListener('abort', follow)
    },
  }
}

/** Waits for `ms`. Rejects with the signal's reason when it is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(handle)
      reject(signal?.reason)
    }
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
