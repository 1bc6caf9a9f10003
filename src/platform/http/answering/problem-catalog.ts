type ProblemEntry = { readonly status: number; readonly title: string; readonly explanation: string }

/** Problem codes and their meaning. Each module passes its own along with its routes. */
export type ProblemCatalog<Code extends string = string> = Readonly<Record<Code, ProblemEntry>>

/** A module's problems, from its refusals and in their order. */
export function problemsOf<Code extends string>(
  refusals: Readonly<Record<Code, string>>,
  statusesAndTitles: Readonly<Record<Code, readonly [status: number, title: string]>>,
): ProblemCatalog<Code> {
  const entries = Object.entries<string>(refusals).map(([code, explanation]) => {
    const [status, title] = statusesAndTitles[code as Code]
    return [code, { status, title, explanation }]
  })
  return Object.fromEntries(entries) as ProblemCatalog<Code>
}

/** The codes of the HTTP layer: any route can answer them. */
export const httpProblems = {
  validation_failed: {
    status: 400,
    title: 'The request is not valid',
    explanation:
      'A field, a query parameter or a path parameter does not have the described form; `param` names it. Nothing was done and nothing was stored, so the same Idempotency-Key may be used for the corrected request.',
  },
  card_number_refused: {
    status: 400,
    title: 'Card numbers are not accepted',
    explanation:
      'The field that `param` names contains a possible card number: 12 to 19 digits with a valid check digit. Send the token of the card instead. Nothing of the request was stored or logged.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    explanation: 'The body must be a single JSON text (RFC 8259) without a byte order mark.',
  },
  malformed_text: {
    status: 400,
    title: 'The text is not valid Unicode',
    explanation:
      'Bodies must be UTF-8. NUL characters and lone surrogates cannot be stored, so they are refused everywhere.',
  },
  body_too_deep: {
    status: 400,
    title: 'The body is nested too deeply',
    explanation: 'No request of this API needs more than 32 levels of objects and arrays.',
  },
  malformed_request: {
    status: 400,
    title: 'The request is not HTTP',
    explanation: 'The request line, a header or the length of the body contradicts RFC 9112.',
  },
  malformed_url: {
    status: 400,
    title: 'The URL is malformed',
    explanation: 'A percent-encoding of the path or the query does not stand for UTF-8 text.',
  },
  malformed_idempotency_key: {
    status: 400,
    title: 'The Idempotency-Key is malformed',
    explanation: 'The header must be given once and hold 1 to 255 printable ASCII characters.',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid API key',
    explanation:
      'Send a valid API key as `Authorization: Bearer KEY`. The key of the first start is in the file admin.key of the data directory.',
  },
  scope_insufficient: {
    status: 403,
    title: 'The caller lacks the permission for this',
    explanation:
      'Every route needs a permission, and `permission` names the one that is missing. A `read` key may read, a `write` key may also move money, an `admin` key may also set limits, freeze and close accounts and manage the keys of its book, an `operator` key may do so in every book, manage books, lanes and rails, and verify. A key may also have a list of permissions instead. Some fields need more than their route: `param` then names the field.',
  },
  second_person_needed: {
    status: 403,
    title: 'A second person must approve this',
    explanation:
      'The book lets acts of this permission wait for a second person. Nothing was done. `approval` names what waits: once somebody has approved it, send the same request again with the header `Munim-Approval` (and another Idempotency-Key), or run `munim approvals carry-out`.',
  },
  approval_not_usable: {
    status: 409,
    title: 'Not what was approved',
    explanation:
      'The header `Munim-Approval` must name an approval that the same caller asked for, that somebody has approved who may still approve, that has not lapsed and was not used, and the request must be the one that was approved, byte for byte. Nothing was done.',
  },
  too_many_approvals: {
    status: 409,
    title: 'Too many calls wait',
    explanation: 'The caller has 100 calls waiting for a second person. Withdraw some, or have them decided.',
  },
  route_not_found: {
    status: 404,
    title: 'There is nothing at this path',
    explanation: 'The API has no such path. The API reference lists all paths.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The path does not have this method',
    explanation: 'The header Allow lists the methods that the path has.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    explanation: 'Headers and body must arrive within the time limits of the server.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'A request with this Idempotency-Key is still running',
    explanation: 'Wait for Retry-After seconds and send the same request again: it will get the first answer.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    explanation:
      'Bodies hold up to 1 MiB, those of batch requests up to 32 MiB and a million values, each item up to 10,000. Divide the batch.',
  },
  url_too_long: {
    status: 414,
    title: 'The URL is too long',
    explanation: 'Path and query together hold up to 8,192 characters.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be JSON',
    explanation: 'Send the body as `Content-Type: application/json`, in UTF-8 and without Content-Encoding.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    explanation:
      'An earlier request of this book had the same key and another method, path or body. Take a new key for a new request; send the very same bytes to repeat one.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    explanation:
      'The client or the book has used up a limit, so the request did nothing; an earlier one with the same Idempotency-Key may have had its effect. Wait for Retry-After seconds; RateLimit-Policy states the limits.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    explanation: 'All headers together hold up to 16 KiB.',
  },
  internal_error: {
    status: 500,
    title: 'The server failed',
    explanation:
      "Something went wrong that should not. The server's log has the details under the request id. Whether the request took effect is not known: repeat it with the same Idempotency-Key.",
  },
  service_unavailable: {
    status: 503,
    title: 'The server cannot answer right now',
    explanation:
      'The database is away or too busy, the server is stopping, or the payment that the request is about is not decided again after a failover. Wait for Retry-After seconds and repeat the request with the same Idempotency-Key.',
  },
  deadline_passed: {
    status: 504,
    title: 'The deadline of the request has passed',
    explanation:
      'The request was not begun within the milliseconds of its Munim-Deadline, so it did nothing and stored nothing. An earlier one with the same Idempotency-Key has no answer yet: had it ended, its answer would be here. Of a batch, what had begun is done: the same Idempotency-Key continues it.',
  },
  deadline_exceeded: {
    status: 503,
    title: 'The request took too long',
    explanation:
      'The answer was not there within 30 seconds. Whether the request took effect is not known: repeat it with the same Idempotency-Key.',
  },
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
      'The gateway has reached no process that answers requests, so the request did nothing. An earlier one with the same Idempotency-Key may have had its effect. Wait for Retry-After seconds, and repeat it.',
  },
  overloaded: {
    status: 503,
    title: 'Too many requests at once',
    explanation:
      'The gateway has as many requests waiting as it takes, or as it takes of one client. It answers so to lists and batches before single payments. The request did nothing; an earlier one with the same Idempotency-Key may have had its effect. Wait for Retry-After seconds, and repeat it.',
  },
  gateway_timeout: {
    status: 504,
    title: 'The answer took too long',
    explanation:
      'No answer came within the time of the gateway. Whether the request took effect is not known: repeat it with the same Idempotency-Key.',
  },
} as const satisfies ProblemCatalog

export type HttpProblemCode = keyof typeof httpProblems
