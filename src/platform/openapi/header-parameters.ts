import { mayWait, type Route, takesIdempotencyKey } from '../http/index.ts'
import type { JsonSchema } from './json-schema.ts'

export type OpenApiParameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: JsonSchema
  readonly style?: string
  readonly explode?: boolean
}

/** The headers that a route reads, besides those of every request. */
export function headerParameters(route: Route): OpenApiParameter[] {
  const headers: OpenApiParameter[] = []
  if (takesIdempotencyKey(route)) {
    headers.push({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'Makes the request safe to repeat: the same key and content again gets the first answer.',
      schema: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        pattern: '^[\\x20-\\x7e]+$',
        examples: [`${route.operation.replaceAll('_', '-')}-1042`],
      },
    })
  }
  if (route.waits === true) {
    headers.push({
      name: 'Prefer',
      in: 'header',
      description:
        'With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240).',
      schema: { type: 'string', examples: ['wait=10'] },
    })
  }
  if (mayWait(route) && route.handleOnce !== undefined) {
    headers.push({
      name: 'Munim-Approval',
      in: 'header',
      description: 'The approval of a second person, of the same request before.',
      schema: { type: 'string', examples: ['apv_01k0a2m4qae1fs6y4p7q9r3t5v'] },
    })
  }
  if (route.permission !== 'none') {
    headers.push(deadlineParameter)
    headers.push({
      name: 'Munim-Book',
      in: 'header',
      description: 'For operator keys: the book to act in, by id or code; else the book of the key.',
      schema: { type: 'string', examples: ['main'] },
    })
  }
  return headers
}

const deadlineParameter: OpenApiParameter = {
  name: 'Munim-Deadline',
  in: 'header',
  description: 'Milliseconds after which nothing of the request begins any more: 504 `deadline_passed`.',
  schema: { type: 'integer', minimum: 0, examples: [60000] },
}
