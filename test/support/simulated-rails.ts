import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, vi } from 'vitest'
import { defaultCallbackSecret, type RailSimulatorOptions, startRailSimulator } from '#rail-simulator'
import { patience } from './patience.ts'

/** `status` is 0 when no answer arrived. */
export type SimulatorAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is the test's business
  readonly body: any
}

export type SimulatedRails = {
  readonly url: string
  /** `status` is 0 without an answer in `withinMs`. */
  readonly post: (path: string, body: object, key?: string, withinMs?: number) => Promise<SimulatorAnswer>
  readonly get: (path: string) => Promise<SimulatorAnswer>
  readonly control: (name: string, body: object) => Promise<SimulatorAnswer>
  readonly stop: () => Promise<void>
}

/** In this process. By default the rails are fast, and their days are closed by hand. */
export async function startSimulatedRails(options: RailSimulatorOptions = {}): Promise<SimulatedRails> {
  const quick = { latencyMs: 0, dayMs: 0, callbackDelayMs: 5, lateMs: 60, slowMs: 120, hangMs: 5000 }
  const simulator = await startRailSimulator({ ...quick, ...options })
  const call = async (path: string, init: RequestInit): Promise<SimulatorAnswer> => {
    const response = await fetch(`${simulator.url}${path}`, init).catch(() => undefined)
    if (response === undefined) return { status: 0, headers: new Headers(), text: '', body: undefined }
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }
  const post = (path: string, body: object, headers: Record<string, string>, withinMs = 10_000) =>
    call(path, { method: 'POST', body: JSON.stringify(body), headers, signal: AbortSignal.timeout(withinMs) })
  return {
    url: simulator.url,
    post: (path, body, key, withinMs) =>
      post(path, body, key === undefined ? {} : { 'idempotency-key': key }, withinMs),
    get: (path) => call(path, {}),
    control: (name, body) => post(`/control/${name}`, body, {}),
    stop: simulator.stop,
  }
}

export type ReceivedCallback = {
  readonly id: string
  readonly isSigned: boolean
  readonly path: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is the test's business
  readonly event: any
}

export type CallbackReceiver = {
  readonly url: string
  readonly received: ReceivedCallback[]
  readonly answerWith: (status: number) => void
  readonly stop: () => Promise<void>
}

/** Checks signatures as Standard Webhooks specifies. */
export async function startCallbackReceiver(secret: string): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = []
  let status = 204
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const id = String(request.headers['webhook-id'])
      const isSigned = isSignedBy(secret, request.headers, body)
      received.push({ id, isSigned, path: request.url ?? '', event: JSON.parse(body) })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith: (given) => {
      status = given
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function isSignedBy(secret: string, headers: IncomingHttpHeaders, body: string): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const age = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))
  return age < 60 && headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

export function eventually<Value>(look: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(look, { timeout: patience(10_000), interval: 10 })
}

/** For each test of a file: rails, and a receiver of their callbacks. */
export function useReportingRails(options: RailSimulatorOptions = {}) {
  let rails: SimulatedRails
  let receiver: CallbackReceiver
  beforeEach(async () => {
    receiver = await startCallbackReceiver(defaultCallbackSecret)
    rails = await startSimulatedRails({ callbackUrl: `${receiver.url}/{rail}`, ...options })
  })
  afterEach(async () => {
    await rails.stop()
    await receiver.stop()
  })
  return { rails: () => rails, receiver: () => receiver }
}
