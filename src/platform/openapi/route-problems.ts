import { type HttpProblemCode, mayWait, noCardNumber, type Route, takesIdempotencyKey } from '../http/index.ts'

/**
 * The codes of a route. Those of requests that never reach a route (unknown path, headers too large) belong to none.
 */
export function routeProblems(route: Route, keyProblems: readonly string[]): string[] {
  // A parameter that no route has is refused by every one.
  const layer: HttpProblemCode[] = ['malformed_request', 'malformed_url', 'url_too_long', 'validation_failed']
  layer.push('malformed_text')
  if (route.body && JSON.stringify(route.body).includes(noCardNumber)) layer.push('card_number_refused')
  // One that takes no body reads it all the same: an empty object counts as none.
  if (route.method !== 'GET' && !route.rawBody) {
    layer.push('request_timeout')
    layer.push('malformed_json', 'body_too_deep', 'body_too_large', 'unsupported_media_type')
  }
  if (route.rawBody) layer.push('request_timeout', 'body_too_large', 'unsupported_media_type')
  if (route.permission !== 'none')
    layer.push('unauthenticated', 'scope_insufficient', 'rate_limited', 'deadline_passed')
  if (takesIdempotencyKey(route)) {
    layer.push('malformed_idempotency_key', 'idempotency_key_in_use', 'idempotency_key_reused')
  }
  if (mayWait(route)) layer.push('second_person_needed', 'approval_not_usable', 'too_many_approvals')
  layer.push('internal_error', 'service_unavailable', 'deadline_exceeded')
  // Of a gateway before the API.
  layer.push('address_refused', 'gateway_broken', 'gateway_unreachable', 'overloaded', 'gateway_timeout')
  const ofKeys = route.permission === 'none' ? [] : keyProblems
  return [...new Set([...(route.problems ?? []), ...ofKeys, ...layer])]
}
