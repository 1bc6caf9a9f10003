import type { Socket } from 'node:net'
import { problemType, staticHeaders } from '../exchange.ts'
import type { Problems } from './problem.ts'
import type { HttpProblemCode } from './problem-catalog.ts'
import { requestIdOf } from './request-id.ts'

const codes: Readonly<Record<string, HttpProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  CONNECT: 'method_not_allowed',
}

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

export function answerConnectionError(problems: Problems, error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const requestId = requestIdOf({ headers: {} })
  const { status, body } = problems.own(requestId, codes[error.code ?? ''] ?? 'malformed_request')
  const headers = Object.entries({
    ...staticHeaders,
    'request-id': requestId,
    'content-type': problemType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  })
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${phrases[status] ?? ''}\r\n${head}\r\n${body}`)
}

const connectRefused = Object.assign(new Error('this server is no proxy'), { code: 'CONNECT' })

/**
 * Node calls no request handler for CONNECT and has detached from the socket. So errors need a listener here, and the
 * socket must be destroyed explicitly.
 */
export function refuseConnect(problems: Problems, socket: Socket): void {
  socket.on('error', () => socket.destroy())
  answerConnectionError(problems, connectRefused, socket)
  socket.destroySoon()
}
