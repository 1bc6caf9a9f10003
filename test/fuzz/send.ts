import { Pool } from 'undici'
import { requestBytes } from '../malformed/malformed-request.ts'
import { sendRaw } from '../support/raw-request.ts'
import type { FuzzRequest } from './fuzz-request.ts'

export type FuzzAnswer = {
  readonly status: number
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  /** The body came in chunks that were not put together. */
  readonly isRawStream: boolean
}

export type Sender = {
  /** Rejects when no answer is complete within the deadline. */
  readonly send: (request: FuzzRequest) => Promise<FuzzAnswer>
  readonly close: () => Promise<void>
}

export function createSender(
  url: string,
  options: { readonly deadlineMs: number; readonly connections: number },
): Sender {
  const { deadlineMs, connections } = options
  const pool = new Pool(url, { connections, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 })
  return {
    send: (request) =>
      needsBytes(request) ? sendBytes(url, request, deadlineMs) : sendOver(pool, request, deadlineMs),
    close: () => pool.destroy(),
  }
}

export function urlOf({ path, query }: Pick<FuzzRequest, 'path' | 'query'>): string {
  return query.length === 0
    ? path
    : `${path}?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]))}`
}

/** The client would refuse to send it, or would set these headers itself. */
function needsBytes({ isRaw, headers }: FuzzRequest): boolean {
  return isRaw || headers.some(([, value]) => [...value].some((sign) => !/[\t -~\u0080-\u00ff]/.test(sign)))
}

async function sendOver(pool: Pool, request: FuzzRequest, deadlineMs: number): Promise<FuzzAnswer> {
  const { method, headers, body } = request
  const answered = await pool.request({
    path: urlOf(request),
    method: method as 'GET',
    headers: headers.flat(),
    body: body ?? null,
    signal: AbortSignal.timeout(deadlineMs),
  })
  const text = await answered.body.text()
  const named = Object.entries(answered.headers).map(([name, value]) => [name, String(value)] as const)
  return { status: answered.statusCode, headers: new Map(named), text, isRawStream: false }
}

async function sendBytes(url: string, request: FuzzRequest, deadlineMs: number): Promise<FuzzAnswer> {
  const { method, headers, body } = request
  const bytes = requestBytes({
    method,
    path: urlOf(request),
    key: '',
    headers: withoutCaller(headers),
    ...(body && { body }),
  })
  const answered = await sendRaw(url, bytes, deadlineMs)
  const lines = answered.head.split('\r\n').slice(1)
  const named = lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: */, '')] as const)
  const known = new Map(named)
  const text = Buffer.from(answered.body, 'latin1').subarray(
    0,
    Number(known.get('content-length') ?? Number.POSITIVE_INFINITY),
  )
  return { status: answered.status, headers: known, text: text.toString(), isRawStream: known.has('transfer-encoding') }
}

/** A request of no one has an empty header, as the bytes would have a key otherwise. */
function withoutCaller(headers: FuzzRequest['headers']): FuzzRequest['headers'] {
  return headers.some(([name]) => name === 'authorization') ? headers : [...headers, ['authorization', '']]
}
