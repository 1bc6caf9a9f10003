import { describe, expect, it } from 'vitest'
import { type TestUpstream, useTestGateways } from '../../test/support/test-gateway.ts'

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
