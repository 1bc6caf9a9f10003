import { expect, it } from 'vitest'
import { Munim } from './index.ts'

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
