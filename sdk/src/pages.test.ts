import { expect, test } from 'vitest'
import { Munim } from './index.ts'

function munimAnswering(body: string): Munim {
  const fetch = async () => new Response(body, { headers: { 'content-type': 'application/json' } })
  return new Munim({ url: 'http://munim.test', apiKey: 'key', fetch })
}

test.each([
  ['a body that is null', 'null', 'it is no object'],
  ['an array', '[]', 'it is no object'],
  ['a text', '"x"', 'it is no object'],
  ['no list', '{}', 'it is no page of a list'],
  ['a list that is null', '{"data":null}', 'it is no page of a list'],
  ['items that are null', '{"data":[null]}', 'it is no page of a list'],
  ['an amount that is no number', '{"data":[{"posted":"zz"}]}', 'an amount in it is no whole number'],
  [
    'the same cursor again and again',
    '{"data":[],"has_more":true,"next_cursor":"same"}',
    'it leads back to a page that was read',
  ],
])('%s is refused with one sentence', async (_what, body, why) => {
  const reading = (async () => {
    for await (const _account of munimAnswering(body).accounts.list());
  })()
  const message = `The server's answer is not one of Munim: ${why}.`
  await expect(reading).rejects.toMatchObject({ name: 'MunimError', code: 'unexpected_answer', message })
})
