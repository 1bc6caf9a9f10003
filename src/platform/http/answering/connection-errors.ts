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

/** Answers input that Node's parser could not read as a request, on the bare connection, and closes it. */
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
 * Answers CONNECT, which Node passes to no request handler. It has let go of the connection before: nothing of Node
 * listens to its errors, and the server's end would wait for it.
 */
export function refuseConnect(problems: Problems, socket: Socket): void {
  socket.on('error', () => socket.destroy())
  answerConnectionError(problems, connectRefused, socket)
  socket.destroySoon()
}
