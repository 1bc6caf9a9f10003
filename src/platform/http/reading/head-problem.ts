import type { FastifyRequest } from 'fastify'
import type { OwnDetails } from '../answering/problem.ts'
import type { HttpProblemCode } from '../answering/problem-catalog.ts'

const urlLengthMax = 8192

/** Node buffers the chunks of an unread body, each with some hundred bytes of overhead. */
export function isInPieces({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined
}

const bodyMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export function headProblem(request: FastifyRequest): { code: HttpProblemCode; also?: OwnDetails } | undefined {
  if (request.url.length > urlLengthMax) return { code: 'url_too_long' }
  if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
    return { code: 'malformed_request', also: { detail: 'The header Host is missing.' } }
  }
  if (isInPieces(request) && !bodyMethods.has(request.method)) {
    const detail = `A ${request.method} request has no body. Leave Transfer-Encoding out.`
    return { code: 'malformed_request', also: { detail, headers: { connection: 'close' } } }
  }
  const repeated = repeatedHeader(request.raw.rawHeaders)
  if (repeated !== undefined) {
    return { code: 'malformed_request', also: { detail: `The header ${repeated} is given more than once.` } }
  }
  return undefined
}

/** Headers with one valid value. If one is repeated, Node silently keeps the first or joins both into a new value. */
const singleHeaders: readonly string[] = ['host', 'authorization', 'content-type', 'munim-book']
const singleLengths = new Set(singleHeaders.map((name) => name.length))

function repeatedHeader(raw: readonly string[]): string | undefined {
  let seen = 0
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] as string
    if (!singleLengths.has(name.length)) continue
    const place = singleHeaders.indexOf(name.toLowerCase())
    if (place === -1) continue
    if ((seen & (1 << place)) !== 0) return name
    seen |= 1 << place
  }
  return undefined
}
