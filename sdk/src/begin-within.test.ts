import { describe, expect, it } from 'vitest'
import { Munim, MunimConnectionError, MunimError, MunimTimeoutError } from './index.ts'

it('sends what is left of the deadline with each attempt, and does not repeat one that came too late', async () => {
  const sent: (string | undefined)[] = []
  const answers = [
    [503, 'service_unavailable'],
    [504, 'deadline_passed'],
  ] as const
  const munim = new Munim({
    url: 'http://munim.test',
    apiKey: 'munim_key',
    fetch: async (_url, init) => {
      const headers = (init?.headers ?? {}) as Record<string, string>
      sent.push(headers['munim-deadline'])
      const [status, code] = answers[sent.length - 1] ?? [500, 'internal_error']
      return Response.json({ title: code, status, code, detail: code, request_id: 'req_1' }, { status })
    },
  })
  const paid = munim.payouts.get('out_01k0a2m4qgs8v1k4x6b9d2f5h7', { beginWithinMs: 60_000, retries: 5 })
  await expect(paid).rejects.toMatchObject({ code: 'deadline_passed' })
  expect(sent.map((text) => Number(text) > 0 && Number(text) <= 60_000)).toEqual([true, true])
})

const transfer = { source: 'equity', destination: 'shop', amount: 100n, asset: 'EUR' }
const reset = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: codeOf('ECONNRESET') }))
const refused = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: codeOf('ECONNREFUSED') }))
const codeOf = (code: string) => Object.assign(new Error(code), { code })
const answer = (status: number, code: string) => async () =>
  Response.json(
    { title: code, status, code, detail: code, request_id: 'req_1' },
    { status, headers: { 'retry-after': '0' } },
  )

/** Every answer in turn, the last one for all further attempts. */
function scripted(answers: readonly (() => Promise<Response>)[]) {
  let sent = 0
  const fetch = () => (answers[Math.min(sent++, answers.length - 1)] ?? reset)()
  return new Munim({ url: 'http://munim.test', apiKey: 'munim_key', fetch, retries: 2 })
}

describe('an attempt that may have arrived', () => {
  it.each([
    ['a deadline that has passed', answer(504, 'deadline_passed')],
    ['a limit', answer(429, 'rate_limited')],
    ['an overloaded gateway', answer(503, 'overloaded')],
    ['a gateway that reaches nothing', answer(503, 'gateway_unreachable')],
    ['a slow body', answer(408, 'request_timeout')],
    ['a key that was revoked meanwhile', answer(401, 'unauthenticated')],
    ['a permission that was lost meanwhile', answer(403, 'scope_insufficient')],
    ['a server that is gone', refused],
  ])('stays open after %s: what is thrown is its own failure', async (_what, last) => {
    const calls = scripted([reset, last]).transfers
    await expect(calls.create(transfer, { beginWithinMs: 60_000 })).rejects.toMatchObject({ code: 'ECONNRESET' })
    const lost = scripted([answer(502, 'gateway_broken'), last]).transfers
    await expect(lost.create(transfer)).rejects.toMatchObject({ code: 'gateway_broken' })
  })

  it('stays open when its answer came too late, or was lost in the server', async () => {
    const silent = new Munim({
      ...{ url: 'http://munim.test', apiKey: 'munim_key', retries: 1, timeoutMs: 20 },
      fetch: (_url, init) => {
        const isFirst = isNew
        isNew = false
        if (!isFirst) return answer(504, 'deadline_passed')()
        return new Promise((_resolve, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('late'))),
        )
      },
    })
    let isNew = true
    await expect(silent.transfers.create(transfer)).rejects.toBeInstanceOf(MunimTimeoutError)
    for (const [status, code] of [
      [500, 'internal_error'],
      [503, 'service_unavailable'],
      [409, 'idempotency_key_in_use'],
    ] as const) {
      const calls = scripted([answer(status, code), answer(504, 'deadline_passed')]).transfers
      await expect(calls.create(transfer)).rejects.toMatchObject({ code })
    }
  })

  it('ends with the answer of a later one, if that was given after a look for it', async () => {
    const calls = scripted([reset, answer(422, 'insufficient_funds')]).transfers
    await expect(calls.create(transfer)).rejects.toMatchObject({ code: 'insufficient_funds' })
  })

  it('deletes: that nothing is there any more does not say that nothing was', async () => {
    const { limits } = scripted([reset, answer(404, 'limit_not_found')])
    await expect(limits.remove('lim_01k0a2m4qgs8v1k4x6b9d2f5h7')).rejects.toBeInstanceOf(MunimConnectionError)
    const { limits: unknown } = scripted([answer(404, 'limit_not_found')])
    await expect(unknown.remove('lim_01k0a2m4qgs8v1k4x6b9d2f5h7')).rejects.toMatchObject({ code: 'limit_not_found' })
  })

  it('is none of those that were not sent, not begun, or only read', async () => {
    const late = answer(504, 'deadline_passed')
    for (const first of [refused, answer(429, 'rate_limited'), answer(503, 'overloaded')]) {
      await expect(scripted([first, late]).transfers.create(transfer)).rejects.toBeInstanceOf(MunimError)
    }
    await expect(scripted([reset, late]).transfers.get('trf_1')).rejects.toMatchObject({ code: 'deadline_passed' })
  })
})
