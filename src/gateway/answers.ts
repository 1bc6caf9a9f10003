import type { ServerResponse } from 'node:http'
import { type Answer, problemType, staticHeaders } from '#platform/http'

type Text = { readonly type: string; readonly text: string; readonly isLast: boolean }

export function answerText(response: ServerResponse, { type, text, isLast }: Text): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(200, {
    ...staticHeaders,
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    ...(isLast && { connection: 'close' }),
  })
  response.end(text)
}

const lingerMs = 1_000

type Last = { readonly requestId?: string; readonly isLast?: boolean }

/** The answer of the gateway itself. With `isLast`, the connection ends with it. */
export function answerProblem(response: ServerResponse, problem: Answer, { requestId, isLast }: Last = {}): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(problem.status, {
    ...staticHeaders,
    ...problem.headers,
    'content-type': problemType,
    'content-length': Buffer.byteLength(problem.body),
    ...(requestId !== undefined && { 'request-id': requestId }),
    ...(isLast === true && { connection: 'close' }),
  })
  endAnswer(response, problem.body)
}

/**
 * A connection that is closed while its client still sends takes the answer with it. So what is sent is dropped for a
 * moment. The head must say that the connection ends.
 */
export function endAnswer(response: ServerResponse, rest: string | Buffer): void {
  const { req } = response
  if (req.complete) {
    response.end(rest)
    return
  }
  const end = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, lingerMs).unref()
  if (rest.length > 0) response.write(rest)
  req.once('end', end).once('close', end).resume()
}
