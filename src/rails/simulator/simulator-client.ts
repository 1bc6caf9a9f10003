import { createHttpClient, type HttpClient, type HttpReply } from '#platform/http-client'
import type { Tls } from '#platform/tls'
import type { RailCall, RailOutcome } from '../rail.ts'
import { type DeclineTable, declineOf, isRecord, outcomeOf, parseJson, readOperation } from './simulator-operation.ts'

export type SimulatorRequest = { readonly path: string; readonly body: string }

export type SimulatorClient = {
  readonly submit: (call: RailCall, request: SimulatorRequest) => Promise<RailOutcome>
  readonly inquire: (call: RailCall) => Promise<RailOutcome>
  readonly probe: () => Promise<boolean>
  readonly http: HttpClient
}

export type SimulatorClientOptions = {
  readonly url: string
  readonly prefix: string
  readonly declines: DeclineTable
  readonly timeoutMs: number
  readonly tls?: Tls | undefined
}

const probeTimeoutMs = 2_000
const jsonHeaders = ['content-type', 'application/json'] as const

/** Answers that are not understood leave the outcome unknown. */
export function createSimulatorClient(options: SimulatorClientOptions): SimulatorClient {
  const { prefix, declines, timeoutMs } = options
  const http = createHttpClient({ url: options.url, source: 'configuration', timeoutMs, tls: options.tls })
  return {
    http,
    submit: async (call, { path, body }) => {
      const headers = [...jsonHeaders, 'idempotency-key', call.id]
      const reply = await http.call({ method: 'POST', path: `/${prefix}${path}`, headers, body })
      return outcomeOfSubmission(call, reply, declines)
    },
    inquire: async (call) => {
      const reply = await http.call({ method: 'GET', path: `/${prefix}/operations?idempotency_key=${call.id}` })
      return outcomeOfInquiry(call, reply, declines)
    },
    probe: async () => {
      const reply = await http.call({ method: 'GET', path: `/${prefix}/healthz`, timeoutMs: probeTimeoutMs })
      return reply.kind === 'answered' && reply.status === 200
    },
  }
}

function outcomeOfSubmission(call: RailCall, reply: HttpReply, declines: DeclineTable): RailOutcome {
  if (reply.kind === 'not_sent') return { kind: 'unavailable', why: reply.why }
  if (reply.kind === 'broken') return { kind: 'unknown', why: reply.why }
  const { status } = reply
  const value = parseJson(reply.body)
  if (status === 200 || status === 201 || status === 202) return outcomeOfAnswer(call, value, declines)
  if (status === 402) return outcomeOfDecline(call, value, declines)
  const code = isRecord(value) && typeof value.code === 'string' ? value.code : ''
  if (status === 503 && code === 'rail_unavailable')
    return { kind: 'unavailable', why: 'the rail says that it is away' }
  return Object.hasOwn(rejections, status) ? rejectionOf(status, code, value) : unexpected(status)
}

function outcomeOfInquiry(call: RailCall, reply: HttpReply, declines: DeclineTable): RailOutcome {
  if (reply.kind !== 'answered') return { kind: 'unknown', why: reply.why }
  const value = parseJson(reply.body)
  if (reply.status === 200) return outcomeOfAnswer(call, value, declines)
  const notFound = reply.status === 404 && isRecord(value) && value.code === 'operation_not_found'
  if (!notFound) return unexpected(reply.status)
  return value.finality === 'not_yet' ? { kind: 'not_found', finality: 'not_yet' } : { kind: 'not_found' }
}

function outcomeOfAnswer(call: RailCall, value: unknown, declines: DeclineTable): RailOutcome {
  const operation = readOperation(value)
  if (operation === undefined) return { kind: 'unknown', why: 'the answer is not understood' }
  if (operation.call !== call.id) return { kind: 'unknown', why: 'the answer is about another call' }
  if (operation.asset !== call.asset) return { kind: 'unknown', why: `the rail did it in ${operation.asset}` }
  return outcomeOf(operation, declines)
}

function outcomeOfDecline(call: RailCall, value: unknown, declines: DeclineTable): RailOutcome {
  const operation = isRecord(value) ? readOperation(value.operation) : undefined
  if (operation?.status === 'failed') return outcomeOf(operation, declines)
  const code = isRecord(value) && typeof value.response_code === 'string' ? value.response_code : ''
  return { kind: 'failed', decline: declineOf({ operation: call.operation, code }, declines) }
}

/** Statuses that mean: nothing was done, and the same request will never succeed. */
const rejections: Readonly<Record<number, 'declined' | 'duplicate' | 'operation_not_supported'>> = {
  400: 'declined',
  404: 'declined',
  405: 'operation_not_supported',
  413: 'declined',
  422: 'duplicate',
}

function rejectionOf(status: number, code: string, value: unknown): RailOutcome {
  const detail =
    isRecord(value) && typeof value.detail === 'string' ? value.detail.slice(0, 200).replace(/\.?$/, '.') : ''
  const ofInstrument = status === 400 && isRecord(value) && value.param === 'instrument'
  return {
    kind: 'failed',
    decline: ofInstrument
      ? {
          code: 'instrument_invalid',
          remedy: 'instrument',
          message: `The rail does not take the instrument: ${detail}`,
        }
      : {
          code: rejections[status] ?? 'declined',
          remedy: 'never',
          message: `The rail rejects it (${code}): ${detail}`,
        },
  }
}

function unexpected(status: number): RailOutcome {
  return { kind: 'unknown', why: `the rail answered ${status}` }
}
