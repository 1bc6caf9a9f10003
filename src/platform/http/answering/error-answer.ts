import type { Logger } from 'pino'
import type { Refusal } from '#kernel'
import { Fault } from '../../faults/index.ts'
import type { Exchange } from '../exchange.ts'
import { BodyInCrumbs, InvalidRequest, KeyNotInForce, UnreadableRequest } from '../invalid-request.ts'
import type { Answer } from '../route.ts'
import type { Problems } from './problem.ts'
import { type HttpProblemCode, httpProblems } from './problem-catalog.ts'

const frameworkCodes: Readonly<Record<string, HttpProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_MAX_PARAM_LENGTH: 'url_too_long',
}

const headersOfCode: { readonly [Code in HttpProblemCode]?: Readonly<Record<string, string>> } = {
  service_unavailable: { 'retry-after': '1' },
  unauthenticated: { 'www-authenticate': 'Bearer realm="munim", error="invalid_token"' },
}

export function createErrorAnswer(deps: { readonly problems: Problems; readonly logger: Logger }) {
  const { problems, logger } = deps
  return (error: unknown, exchange: Exchange): Answer => {
    if (error instanceof InvalidRequest) {
      return problems.own(exchange.id, 'validation_failed', { detail: error.message, param: error.param })
    }
    if (error instanceof UnreadableRequest) {
      const also = { detail: error.message, param: error.param }
      const headers = error instanceof BodyInCrumbs ? { connection: 'close' } : headersOfCode[error.code]
      return problems.own(exchange.id, error.code, headers ? { ...also, headers } : also)
    }
    const code = codeOf(error)
    const known = code === undefined ? undefined : frameworkCodes[code]
    if (known !== undefined) return problems.own(exchange.id, known)
    if (exchange.reply.raw.destroyed) return problems.own(exchange.id, 'malformed_request')
    const context = contextOf(error, exchange)
    if (error instanceof Fault && error.retryable) {
      logger.warn(context, 'a request met a fault that may pass')
      return problems.own(exchange.id, 'service_unavailable', { headers: { 'retry-after': '1' } })
    }
    logger.error(context, 'a request failed')
    return problems.own(exchange.id, 'internal_error')
  }
}

/** Logs an error in one part of a request that continues, and returns its refusal. Rethrows what ends the whole request. */
export function refusePart(logger: Logger, error: unknown, exchange: Exchange): Refusal {
  if (error instanceof KeyNotInForce || (error instanceof Fault && error.retryable)) throw error
  logger.error(contextOf(error, exchange), 'a part of a request failed')
  return { code: 'internal_error' satisfies HttpProblemCode, message: httpProblems.internal_error.explanation }
}

function contextOf(error: unknown, { id, method, path }: Exchange) {
  return { err: error, requestId: id, method, route: path }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
