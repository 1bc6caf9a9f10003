import { afterAll, beforeAll, expect, it } from 'vitest'
import { makePerson, startTestServer, type TestPerson, type TestServer, tokensOf } from '#testing'

// Ada and Bob are invited by the operator. Whoever else there is was made by Ada before there were rules, so she could act as any.

type Member = { readonly person: TestPerson; readonly key: string }
let server: TestServer
let [ada, bob, dan, eve, fay]: [Member, Member, Member, Member, Member] = [] as never
let program = ''

const member = async (role: string, also: Parameters<typeof makePerson>[1] = {}): Promise<Member> => {
  const person = await makePerson(server, { role, ...also })
  return { person, key: (await tokensOf(server, person)).access_token ?? '' }
}
const post = (path: string, body: object | undefined, key: string, headers: Record<string, string> = {}) =>
  server.request('POST', path, { ...(body !== undefined && { body }), key, headers })

let keys = 0
const ask = async (key: string) => {
  keys += 1
  const body = { scope: 'read', name: `key ${keys}` }
  const asked = await post('/v1/api-keys', body, key)
  expect(asked.body.code).toBe('second_person_needed')
  return { id: asked.body.approval as string, body }
}
const approve = (id: string, { key }: Member) => post(`/v1/approvals/${id}/approve`, undefined, key)

beforeAll(async () => {
  server = await startTestServer()
  ;[ada, bob] = [await member('administrator'), await member('approver')]
  program = (await post('/v1/api-keys', { scope: 'admin', name: 'of Ada' }, ada.key)).body.key
  eve = await member('approver', { key: ada.key })
  dan = await member('administrator', { key: ada.key })
  fay = await member('approver', { key: dan.key })
  const set = await server.request('POST', '/v1/approval-rules', { body: { permissions: ['keys:manage'] } })
  expect(set.status).toBe(200)
})
afterAll(() => server.stop())

it('two that the same caller made do not decide for each other', async () => {
  const { id } = await ask(program)
  expect((await approve(id, eve)).body.code).toBe('not_independent')
  expect((await approve(id, bob)).status).toBe(200)
})

it('nobody decides for whoever invited who invited them, nor the other way round', async () => {
  const { id } = await ask(ada.key)
  expect((await approve(id, fay)).body.code).toBe('not_independent')
  expect((await approve(id, bob)).status).toBe(200)
  const ofDan = await ask(dan.key)
  expect((await approve(ofDan.id, eve)).body.code).toBe('not_independent')
})

it('what somebody approved is not done while they may not approve', async () => {
  const { id, body } = await ask(ada.key)
  expect((await approve(id, bob)).status).toBe(200)
  const carryOut = () => post('/v1/api-keys', body, ada.key, { 'munim-approval': id })
  await server.request('PATCH', `/v1/people/${bob.person.id}`, { body: { role: 'viewer' } })
  expect((await carryOut()).body.code).toBe('approval_not_usable')
  await server.request('PATCH', `/v1/people/${bob.person.id}`, { body: { role: 'approver' } })
  await server.request('POST', `/v1/people/${bob.person.id}/disable`)
  expect((await carryOut()).body.code).toBe('approval_not_usable')
  await server.request('POST', `/v1/people/${bob.person.id}/enable`)
  expect((await carryOut()).status).toBe(201)
})
