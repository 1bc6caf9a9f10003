import type { HttpProblemCode, Route } from '../http/index.ts'

/**
 * The codes a route can answer: its own refusals, `keyProblems` when it needs a key, and the codes of the HTTP layer
 * that apply to it. Codes of requests that never reach a route (an unknown path, headers too large) belong to no route.
 */
export function routeProblems(route: Route, keyProblems: readonly string[]): string[] {
  const layer: HttpProblemCode[] = ['malformed_request', 'malformed_url', 'url_too_long']
  if (route.params || route.query || route.body) layer.push('validation_failed')
  if (route.body) {
    layer.push('request_timeout')
    layer.push('malformed_json', 'malformed_text', 'body_too_deep', 'body_too_large', 'unsupported_media_type')
  }
  if (route.scope !== 'none') layer.push('unauthenticated', 'scope_insufficient', 'rate_limited')
  if (takesIdempotencyKey(route)) {
    layer.push('malformed_idempotency_key', 'idempotency_key_in_use', 'idempotency_key_reused')
  }
  layer.push('internal_error', 'service_unavailable', 'deadline_exceeded')
  const ofKeys = route.scope === 'none' ? [] : keyProblems
  return [...new Set([...(route.problems ?? []), ...ofKeys, ...layer])]
}

/** Whether the route honors an Idempotency-Key. */
export function takesIdempotencyKey(route: Route): boolean {
  return route.scope !== 'none' && (route.method === 'POST' || route.handleOnce !== undefined)
}
