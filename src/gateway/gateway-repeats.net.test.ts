import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type TestUpstream, useTestGateways } from '../../test/support/test-gateway.ts'
import type { AnsweredLine } from './handle-request.ts'

// A gateway in this process, before servers that stand for the API: what it says of requests whose answer was lost.

const { startUpstream, startGateway } = useTestGateways()

type Sent = { readonly method?: string; readonly headers?: Record<string, string> }

/** Sends a request whose first answer is lost, and whose second is the given one. */
async function repeated(status: number, headers: Record<string, string>, { method = 'POST', headers: own = {} }: Sent) {
  const upstream: TestUpstream = await startUpstream((response, _received, socket) => {
    if (upstream.seen.length === 1) return void socket.destroy()
    response.writeHead(status, { 'content-length': 2, ...headers }).end('{}')
  })
  const { url } = await startGateway([upstream])
  const body = method === 'POST' ? { body: '{}' } : {}
  const answer = await fetch(`${url}/v1/things/1`, { method, headers: { 'idempotency-key': 'k', ...own }, ...body })
  const { code } = (await answer.json()) as { code?: string }
  return { status: answer.status, code, sent: upstream.seen.length }
}

describe('a request that was repeated after it may have arrived', () => {
  const lost = { status: 502, code: 'gateway_broken', sent: 2 }
  const left = { headers: { 'munim-deadline': '60000' } }

  it.each([
    ['a deadline that has passed', 504, left],
    ['a limit', 429, {}],
    ['a key that was revoked meanwhile', 401, {}],
    ['a permission that was lost meanwhile', 403, {}],
    ['nothing to delete any more', 404, { method: 'DELETE' }],
    ['a deadline that has passed, of what deletes', 504, { ...left, method: 'DELETE' }],
  ])('does not become %s: its outcome is not known', async (_what, status, sent) => {
    expect(await repeated(status, { 'retry-after': '1' }, sent)).toEqual(lost)
  })

  it.each([
    ['a first answer that is a refusal', 403, { 'idempotent-replayed': 'true' }, {}],
    ['a refusal that was given after its key was looked for', 422, {}, {}],
    ['nothing there', 404, {}, {}],
    ['a reading that is refused', 429, {}, { method: 'GET' }],
    ['a success', 200, {}, { method: 'DELETE' }],
  ])('has the answer of the repetition that is %s', async (_what, status, headers, sent) => {
    expect(await repeated(status, headers as Record<string, string>, sent)).toEqual({
      status,
      code: undefined,
      sent: 2,
    })
  })
})

describe('bodies that are passed on while they arrive', () => {
  /** Sends a part, and then a few bytes often enough for a body that holds no place. */
  const upload = (url: string, { path, localAddress }: { readonly path: string; readonly localAddress: string }) => {
    const headers = { 'content-length': 20_000_000, authorization: 'Bearer key' }
    const asked = request(url + path, { method: 'POST', localAddress, headers })
    asked.on('error', () => undefined).flushHeaders()
    const timer = setInterval(() => asked.write('x'.repeat(512)), 20)
    asked.once('close', () => clearInterval(timer))
    return asked
  }

  it('keep no place at a pace that is no use, whatever they are sent to', async () => {
    const upstream = await startUpstream(() => undefined)
    const lines: string[] = []
    const onAnswered = ({ class: kind, status }: AnsweredLine) => lines.push(`${kind} ${status}`)
    const { url } = await startGateway([upstream], { limits: { bodyWindowMs: 1_000 }, onAnswered })
    const asked = upload(url, { path: '/v1/payments', localAddress: '127.0.0.2' })
    const [answer] = await once(asked, 'response')
    expect(answer.statusCode).toBe(408)
    await expect.poll(() => lines).toEqual(['low 408'])
    asked.destroy()
  })

  it('of two clients leave places for the lists of others', async () => {
    const upstream = await startUpstream((response) => response.end('[]'))
    const { url, service } = await startGateway([upstream], { requestsMax: 20 })
    const running = async () =>
      Number(/^munim_gateway_requests (\d+)$/m.exec(await (await fetch(`${service}/metrics`)).text())?.[1])
    const path = '/v1/transfers/batch'
    const slow = ['127.0.0.2', '127.0.0.3'].flatMap((localAddress) =>
      Array.from({ length: 20 }, () => upload(url, { path, localAddress })),
    )
    await expect.poll(running).toBeGreaterThanOrEqual(10)
    for (let at = 4; at < 8; at += 1) {
      const asked = request(`${url}/v1/accounts`, { localAddress: `127.0.0.${at}` }).end()
      const [answer] = await once(asked, 'response')
      expect(answer.resume().statusCode).toBe(200)
    }
    for (const one of slow) one.destroy()
  })
})
