import type { ProblemCatalog } from '#platform/http'

/** What only a gateway answers, besides the problems of the HTTP layer. */
export const gatewayProblems = {
  address_refused: {
    status: 403,
    title: 'Requests from this address are not admitted',
    explanation: 'The gateway has a list of addresses that it admits, and the address of the client is not on it.',
  },
  gateway_broken: {
    status: 502,
    title: 'The answer was lost',
    explanation:
      'The process that handled the request is gone. Whether the request took effect is not known: repeat it with the same Idempotency-Key. The gateway itself repeats requests that have one.',
  },
  gateway_unreachable: {
    status: 503,
    title: 'No process can be reached',
    explanation:
      'The gateway has reached no process that answers requests. Nothing was done. Wait for Retry-After seconds.',
  },
  overloaded: {
    status: 503,
    title: 'Too many requests at once',
    explanation:
      'The gateway has as many requests waiting as it takes, or as it takes of one client. It answers so to lists and batches before single payments. Nothing was done. Wait for Retry-After seconds.',
  },
  gateway_timeout: {
    status: 504,
    title: 'The answer took too long',
    explanation:
      'No answer came within the time of the gateway. Whether the request took effect is not known: repeat it with the same Idempotency-Key.',
  },
} as const satisfies ProblemCatalog

export type GatewayProblemCode = keyof typeof gatewayProblems
