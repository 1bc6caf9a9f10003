import type { ServerResponse } from 'node:http'
import { type Answer, problemType, staticHeaders } from '#platform/http'

type Text = { readonly type: string; readonly text: string }

export function answerText(response: ServerResponse, { type, text }: Text): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(200, { ...staticHeaders, 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

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
  response.end(problem.body)
}
