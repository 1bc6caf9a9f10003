import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { fingerprintRequest, type IdempotentRequest } from '../../idempotency/index.ts'
import type { Caller } from '../caller.ts'
import type { Exchange } from '../exchange.ts'
import { InvalidRequest, UnreadableRequest } from '../invalid-request.ts'
import type { Route } from '../route.ts'
import type { Check } from '../validation.ts'
import { isStorable } from './json-body.ts'
import { malformedQuery, type Query } from './query-string.ts'

export type RequestReader = (request: FastifyRequest) => { params: unknown; query: unknown; body: unknown }

export function createRequestReader(
  route: Route,
  { compile, checkBody }: { readonly compile: (schema: TSchema) => Check; readonly checkBody: Check | undefined },
): RequestReader {
  const checkParams = route.params && compile(route.params)
  const checkQuery = route.query && compile(route.query)
  return (request) => {
    const params = request.params as Record<string, string>
    refuseUnstorable(params)
    if (checkParams) refuseMismatch(checkParams(params))

    const query = request.query as Query
    if (query[malformedQuery]) {
      throw new UnreadableRequest('malformed_url', 'The query string is not the percent-encoding of UTF-8 text.')
    }
    refuseUnstorable(query)
    if (checkQuery) refuseMismatch(checkQuery(query))
    else refuseAny(query)

    if (!checkBody) {
      if (request.body !== undefined && !isEmptyObject(request.body)) {
        throw new InvalidRequest('This route takes no body, or an empty object.')
      }
      return { params, query, body: undefined }
    }
    const body = request.body === undefined ? {} : request.body
    if (request.exchange?.checkedBody !== body) refuseMismatch(checkBody(body))
    return { params, query, body }
  }
}

/** Some clients send an empty object with every POST. It counts as no body. */
function isEmptyObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0
}

export function refuseMismatch(mismatch: ReturnType<Check>): void {
  if (mismatch?.code !== undefined)
    throw new UnreadableRequest(mismatch.code, mismatch.detail, { param: mismatch.param ?? '' })
  if (mismatch) throw new InvalidRequest(mismatch.detail, { param: mismatch.param })
}

function refuseAny(query: Query): void {
  for (const name in query)
    throw new InvalidRequest(`${name.slice(0, 100)} is not known here.`, { param: name.slice(0, 100) })
}

function refuseUnstorable(values: Readonly<Record<string, string | string[]>>): void {
  for (const name in values) {
    const value = values[name]
    if (Array.isArray(value))
      throw new InvalidRequest(`${name.slice(0, 100)} is given more than once.`, { param: name })
    if (!isStorable(name) || (value !== undefined && !isStorable(value))) {
      throw new UnreadableRequest('malformed_text', 'A parameter holds a NUL character.', {
        param: name.replaceAll('\0', ''),
      })
    }
  }
}

const keyPattern = /^[\x20-\x7e]{1,255}$/

export function readIdempotency(
  request: FastifyRequest,
  exchange: Exchange,
  caller: Caller,
): IdempotentRequest | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  const once = typeof key === 'string' && !(key.includes(', ') && isRepeated(request, 'idempotency-key'))
  if (!once || !keyPattern.test(key)) {
    throw new UnreadableRequest(
      'malformed_idempotency_key',
      'Idempotency-Key must be given once and hold 1 to 255 printable ASCII characters.',
    )
  }
  const fingerprint = exchange.fingerprint ?? fingerprintRequest(request, exchange.body)
  return { book: caller.book.number, key, fingerprint }
}

/** Node joins repeated headers with a comma, but a single value may contain one too. */
function isRepeated(request: FastifyRequest, name: string): boolean {
  return (request.raw.headersDistinct[name]?.length ?? 0) > 1
}
