import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { lost, payment, useTestCases } from '../../test/support/test-cases.ts'

const { during, request, list, change } = useTestCases({ handlerTimeoutMs: 500 })

it('a bulk whose client no longer waits ends before its next case, and its repetition continues', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = newUuid()
  during.set(held, () => promise)
  await change({ ...payment(), ...lost }, { ...payment(held), ...lost })
  const cases = (await list()).map(({ id }: { id: string }) => ({ id }))
  const send = () =>
    request('POST', '/v1/cases/actions', { cases, action: 'inquire' }, { 'idempotency-key': 'abandoned' })
  const first = await send()
  expect([first.status, first.body.code]).toEqual([503, 'deadline_exceeded'])
  resolve()
  const answers: Awaited<ReturnType<typeof send>>[] = []
  await expect.poll(async () => answers.unshift(await send()) && answers[0]?.status).toBe(200)
  expect(answers[0]?.headers.get('idempotent-replayed')).toBeNull()
  expect(answers[0]?.body.data.map(({ code }: { code: string | null }) => code)).toEqual([null, null])
})
