import { expect, test } from 'vitest'
import { contractClient } from './contract-client.ts'

const answering = (status: number, body: unknown, type = 'application/json') =>
  contractClient({ request: async () => ({ status, headers: new Headers({ 'content-type': type }), body }) })

const asset = { code: 'USD', scale: 2, name: 'US Dollar', kind: 'iso4217' }
const problem = {
  type: '/docs/errors#asset_not_found',
  title: 'There is no such asset',
  status: 404,
  detail: 'None.',
  code: 'asset_not_found',
  request_id: 'req_1',
  doc_url: '/docs/errors#asset_not_found',
}

test('an answer as the contract describes it is passed on', async () => {
  expect((await answering(200, asset)('GET', '/v1/assets/USD')).body).toEqual(asset)
  expect((await answering(404, problem, 'application/problem+json')('GET', '/v1/assets/USD')).status).toBe(404)
})

const problemType = 'application/problem+json'

test.each([
  ['of an operation it has not', { path: '/v1/nothing', body: asset }],
  ['of a status it has not', { status: 418, body: asset }],
  ['of another content type', { body: asset, type: 'text/html' }],
  ['without a field', { body: { ...asset, scale: undefined } }],
  ['with one field more', { body: { ...asset, color: 'red' } }],
  [
    'with a code the operation has not',
    { status: 404, body: { ...problem, code: 'account_not_found' }, type: problemType },
  ],
])('an answer %s fails the test', async (_, deviating) => {
  const { path, status, body, type } = { path: '/v1/assets/USD', status: 200, type: 'application/json', ...deviating }
  await expect(answering(status, body, type)('GET', path)).rejects.toThrow(`GET ${path} answered ${status}`)
})
