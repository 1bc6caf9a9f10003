import { Munim, MunimError } from '@munim/sdk'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { alwaysMarked, markable, mayWait } from '#platform/http'
import { makePerson, startTestServer, type TestPerson, type TestServer, tokensOf } from '#testing'
import { runCommand } from './support/command-line.ts'

// Ada and Cyd are administrators and Bob approves, all invited by the operator. Nobody knows another's secrets.

type Member = { readonly person: TestPerson; readonly key: string }
let server: TestServer
let [ada, bob, cyd]: [Member, Member, Member] = [] as never

const member = async (role: string, also: Parameters<typeof makePerson>[1] = {}): Promise<Member> => {
  const person = await makePerson(server, { role, ...also })
  return { person, key: (await tokensOf(server, person)).access_token ?? '' }
}

beforeAll(async () => {
  server = await startTestServer()
  ;[ada, bob, cyd] = [await member('administrator'), await member('approver'), await member('administrator')]
})
afterAll(() => server.stop())

let keys = 0
const post = (path: string, body: object | undefined, key: string, headers: Record<string, string> = {}) =>
  server.request('POST', path, { ...(body !== undefined && { body }), key, headers })
const rules = (permissions: readonly string[], key?: string) =>
  server.request('POST', '/v1/approval-rules', { body: { permissions }, ...(key !== undefined && { key }) })
const newKey = () => {
  keys += 1
  return { scope: 'read', name: `key ${keys}` }
}
const keyNames = async () =>
  (await server.request('GET', '/v1/api-keys?limit=100')).body.data.map(({ name }: { name: string }) => name)
const decide = (id: string, verb: string, { key }: Member) => post(`/v1/approvals/${id}/${verb}`, undefined, key)
const stateOf = async (id: string) => (await server.request('GET', `/v1/approvals/${id}`)).body.state

/** Asks for a key, and returns what waits. */
const ask = async (body: object, { key }: Pick<Member, 'key'>): Promise<string> => {
  const asked = await post('/v1/api-keys', body, key)
  expect(asked).toMatchObject({ status: 403, body: { code: 'second_person_needed', approval: /^apv_/ } })
  return asked.body.approval
}
const carryOut = (id: string, body: object, { key }: Pick<Member, 'key'>) =>
  post('/v1/api-keys', body, key, { 'munim-approval': id })

describe('without rules', () => {
  it('nothing waits, whatever the header says', async () => {
    const body = newKey()
    expect((await post('/v1/api-keys', body, ada.key, { 'munim-approval': 'apv_x' })).status).toBe(201)
    expect((await server.request('GET', '/v1/approval-rules')).body).toEqual({ permissions: [], lapse_hours: 72 })
  })

  it('they are set only while two people could approve', async () => {
    const { id } = (await server.request('POST', '/v1/books', { body: { code: 'lonely' } })).body
    const inLonely = { headers: { 'munim-book': id }, body: { permissions: ['keys:manage'] } }
    const set = await server.request('POST', '/v1/approval-rules', inLonely)
    expect(set).toMatchObject({ status: 409, body: { code: 'too_few_approvers' } })
  })
})

describe('with rules', () => {
  beforeAll(async () => {
    const set = await rules(['ledger:manage'], ada.key)
    expect(set).toMatchObject({ status: 200, body: { permissions: [...alwaysMarked, 'ledger:manage'] } })
  })

  it('a call waits, is approved by another person, and is then done once by who asked', async () => {
    const body = newKey()
    const id = await ask(body, ada)
    expect(await ask(body, ada)).toBe(id)
    expect(await keyNames()).not.toContain(body.name)
    expect((await carryOut(id, body, ada)).body.code).toBe('approval_not_usable')
    const shown = await server.request('GET', `/v1/approvals/${id}`, { key: bob.key })
    expect(shown.body).toMatchObject({ body: JSON.stringify(body), path: '/v1/api-keys', state: 'open' })
    expect((await decide(id, 'approve', bob)).body).toMatchObject({
      state: 'approved',
      decided_by: { id: bob.person.id },
    })
    const twice = await Promise.all([carryOut(id, body, ada), carryOut(id, body, ada)])
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 409])
    expect((await keyNames()).filter((name: string) => name === body.name)).toHaveLength(1)
    expect(await stateOf(id)).toBe('done')
    expect((await carryOut(id, body, ada)).body.code).toBe('approval_not_usable')
    const [act] = (await server.request('GET', `/v1/audit?action=api_key.created&limit=1`)).body.data
    expect(act).toMatchObject({ actor: { id: ada.person.id }, authority: expect.stringContaining(bob.person.id) })
    const acts = await server.request('GET', `/v1/audit?subject=${id}`)
    const actions = acts.body.data.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(expect.arrayContaining(['approval.approved', 'approval.read', 'approval.asked']))
  })

  it('only the very call of the very caller is done', async () => {
    const body = newKey()
    const id = await ask(body, ada)
    await decide(id, 'approve', bob)
    const others = [
      carryOut(id, { ...body, scope: 'admin' }, ada),
      carryOut(id, body, cyd),
      post('/v1/api-keys?x=1', body, ada.key, { 'munim-approval': id }),
      post('/v1/people', { login: 'eve', name: 'Eve', role: 'viewer' }, ada.key, { 'munim-approval': id }),
    ]
    for (const { status } of await Promise.all(others)) expect([400, 409]).toContain(status)
    expect(await keyNames()).not.toContain(body.name)
    expect((await carryOut(id, body, ada)).status).toBe(201)
  })

  it('what was approved for one is not done to another', async () => {
    const clientOf = async (name: string) =>
      (await server.request('POST', '/v1/oauth-clients', { body: { name, permissions: ['ledger:read'] } })).body.id
    const [one, other] = [await clientOf('one'), await clientOf('other')]
    const rotate = (id: string, headers = {}) => post(`/v1/oauth-clients/${id}/rotate-secret`, {}, ada.key, headers)
    const { approval } = (await rotate(one)).body
    await decide(approval, 'approve', bob)
    expect((await rotate(other, { 'munim-approval': approval })).body.code).toBe('approval_not_usable')
    expect((await rotate(one, { 'munim-approval': approval })).status).toBe(200)
  })

  it('a call that is refused in the end uses nothing up', async () => {
    const person = (await server.request('POST', '/v1/people', { body: { login: 'mo', name: 'Mo', role: 'viewer' } }))
      .body
    const path = `/v1/people/${person.id}/reset`
    const { approval: id } = (await post(path, undefined, ada.key)).body
    await decide(id, 'approve', bob)
    await server.request('POST', `/v1/people/${person.id}/disable`)
    expect((await post(path, undefined, ada.key, { 'munim-approval': id })).body.code).toBe('person_disabled')
    expect(await stateOf(id)).toBe('approved')
    await server.request('POST', `/v1/people/${person.id}/enable`)
    expect((await post(path, undefined, ada.key, { 'munim-approval': id })).status).toBe(200)
  })

  it('nobody decides on what they asked for, and programs decide on nothing', async () => {
    const id = await ask(newKey(), ada)
    expect((await decide(id, 'approve', ada)).body.code).toBe('not_independent')
    expect((await server.request('POST', `/v1/approvals/${id}/approve`)).body.code).toBe('person_needed')
    expect(await stateOf(id)).toBe('open')
  })

  it('nobody decides for what they made, invited or reset, nor the other way round', async () => {
    const made = newKey()
    const key = { ...made, scope: 'admin' }
    const id = await ask(key, cyd)
    await decide(id, 'approve', ada)
    const program = { key: (await carryOut(id, key, cyd)).body.key }
    const ofProgram = await ask(newKey(), program)
    expect((await decide(ofProgram, 'approve', cyd)).body.code).toBe('not_independent')
    expect((await decide(ofProgram, 'reject', cyd)).body.code).toBe('not_independent')
    expect((await decide(ofProgram, 'approve', ada)).status).toBe(200)

    await rules([])
    const dan = await member('administrator', { key: cyd.key })
    await rules(['keys:manage'])
    const ofDan = await ask(newKey(), dan)
    expect((await decide(ofDan, 'approve', cyd)).body.code).toBe('not_independent')
    const ofCyd = await ask(newKey(), cyd)
    expect((await decide(ofCyd, 'approve', dan)).body.code).toBe('not_independent')
    expect((await decide(ofCyd, 'approve', bob)).status).toBe(200)
  })

  it('of two decisions at once, one counts; what was decided or withdrawn waits no more', async () => {
    const id = await ask(newKey(), ada)
    const both = await Promise.all([decide(id, 'approve', bob), decide(id, 'approve', cyd)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await decide(id, 'reject', cyd)).body.state).toBe('rejected')
    expect((await post(`/v1/approvals/${id}/withdraw`, undefined, ada.key)).body.code).toBe('approval_not_open')
    const taken = newKey()
    const again = await ask(taken, ada)
    await decide(again, 'approve', bob)
    expect((await post(`/v1/approvals/${again}/withdraw`, undefined, ada.key)).body.state).toBe('withdrawn')
    expect((await carryOut(again, taken, ada)).body.code).toBe('approval_not_usable')
    const other = await ask(newKey(), ada)
    expect((await post(`/v1/approvals/${other}/withdraw`, undefined, cyd.key)).status).toBe(404)
    expect((await post(`/v1/approvals/${other}/withdraw`, undefined, ada.key)).body.state).toBe('withdrawn')
    expect((await decide(other, 'approve', bob)).body.code).toBe('approval_not_open')
  })

  it('what has lapsed is neither approved nor done', async () => {
    const [one, two] = [newKey(), newKey()]
    const [open, approved] = [await ask(one, ada), await ask(two, ada)]
    await decide(approved, 'approve', bob)
    await server.database.query({
      text: `update access.approvals set lapses_at = now() where state in ('open', 'approved')`,
    })
    expect((await decide(open, 'approve', bob)).body.code).toBe('approval_not_open')
    expect((await carryOut(approved, two, ada)).body.code).toBe('approval_not_usable')
    const lapsed = await server.request('GET', '/v1/approvals?state=lapsed')
    expect(lapsed.body.data.map((each: { id: string }) => each.id)).toEqual(expect.arrayContaining([open, approved]))
    expect(await ask(one, ada)).not.toBe(open)
  })

  it('who lost their rights since does nothing with what was approved', async () => {
    const eve = await member('administrator')
    const body = newKey()
    const id = await ask(body, eve)
    await decide(id, 'approve', bob)
    await server.request('PATCH', `/v1/people/${eve.person.id}`, { body: { role: 'viewer' } })
    expect([401, 403]).toContain((await carryOut(id, body, eve)).status)
    const again = { key: (await tokensOf(server, eve.person)).access_token ?? '' }
    expect((await carryOut(id, body, again)).body.code).toBe('scope_insufficient')
    expect(await keyNames()).not.toContain(body.name)
  })

  it('an answer that was stored for a key is replayed first', async () => {
    const body = newKey()
    const headers = { 'idempotency-key': 'four-eyes' }
    const first = await post('/v1/api-keys', body, ada.key, headers)
    await decide(first.body.approval, 'approve', bob)
    const again = await post('/v1/api-keys', body, ada.key, { ...headers, 'munim-approval': first.body.approval })
    expect([again.headers.get('idempotent-replayed'), again.body.approval]).toEqual(['true', first.body.approval])
    expect(await stateOf(first.body.approval)).toBe('approved')
  })

  it('what only takes away does not wait, and neither do operator keys', async () => {
    const made = await server.request('POST', '/v1/api-keys', { body: newKey() })
    expect(made.status).toBe(201)
    expect((await server.request('DELETE', `/v1/api-keys/${made.body.id}`, { key: ada.key })).status).toBe(200)
    const gone = await member('viewer')
    expect((await post(`/v1/people/${gone.person.id}/end-sessions`, {}, ada.key)).status).toBe(200)
    expect((await post(`/v1/people/${gone.person.id}/disable`, undefined, ada.key)).status).toBe(200)
    expect((await post(`/v1/people/${gone.person.id}/enable`, undefined, ada.key)).body.code).toBe(
      'second_person_needed',
    )
  })

  it('only the fields that need it wait; a batch of them is refused', async () => {
    await rules(['ledger:manage'])
    const plain = await post('/v1/accounts', { code: 'four:plain', asset: 'EUR' }, ada.key)
    expect(plain.body.code).not.toBe('second_person_needed')
    const limited = { code: 'four:eyes', asset: 'EUR', min_available: null }
    const asked = await post('/v1/accounts', limited, cyd.key)
    expect(asked.body.code).toBe('second_person_needed')
    expect((await server.request('GET', '/v1/accounts/four:eyes')).status).toBe(404)
    const batch = await post('/v1/accounts/batch', { accounts: [limited] }, cyd.key)
    expect([batch.body.code, batch.body.approval]).toEqual(['second_person_needed', undefined])
    expect((await server.request('GET', '/v1/accounts/four:eyes')).status).toBe(404)
  })

  it('rules are loosened by two people', async () => {
    const body = { permissions: [] }
    const asked = await post('/v1/approval-rules', body, ada.key)
    expect(asked.body.code).toBe('second_person_needed')
    await decide(asked.body.approval, 'approve', bob)
    const done = await post('/v1/approval-rules', body, ada.key, { 'munim-approval': asked.body.approval })
    expect(done.body.permissions).toEqual([])
    await rules(['keys:manage'])
  })

  it('who may act in any book is held by the rules of each, and approved by their like', async () => {
    const zoe = await member('administrator', { all_books: true })
    const free = (await server.request('POST', '/v1/books', { body: { code: 'free' } })).body.id
    const there = { 'munim-book': 'free' }
    const body = { ...newKey(), scope: 'operator' }
    const asked = await post('/v1/api-keys', body, zoe.key, there)
    expect(asked.body.code).toBe('second_person_needed')
    const local = await makePerson(server, { role: 'administrator', all_books: true })
    const like = { key: (await tokensOf(server, local)).access_token ?? '' }
    const approve = (key: string) => post(`/v1/approvals/${asked.body.approval}/approve`, undefined, key, there)
    const inFree = await post('/v1/people', { login: 'fay', name: 'Fay', role: 'approver' }, like.key, there)
    expect([inFree.body.code, free.startsWith('book_')]).toEqual(['second_person_needed', true])
    expect((await decide(asked.body.approval, 'approve', bob)).status).toBe(404)
    const inThere: TestServer['request'] = (method, at, given) =>
      server.request(method, at, { ...given, headers: there })
    const ofThere = await makePerson({ url: server.url, request: inThere }, { role: 'approver' })
    const beyond = await approve((await tokensOf(server, ofThere)).access_token ?? '')
    expect(beyond.body.code).toBe('permission_beyond_own')
    expect((await approve(like.key)).status).toBe(200)
    const done = await post('/v1/api-keys', body, zoe.key, { ...there, 'munim-approval': asked.body.approval })
    expect(done.status).toBe(201)
  })

  it('an asker has a hundred calls waiting at most', async () => {
    const id = await ask(newKey(), ada)
    await server.database.query({
      text: `insert into access.approvals (id, book_id, operation, method, path, body, asker, asker_kind, asker_name, of_any_book, lapses_at)
        select gen_random_uuid(), book_id, operation, method, path, body || n, asker, asker_kind, asker_name, of_any_book, lapses_at
        from access.approvals, generate_series(1, 100) n where id = (select max(id::text)::uuid from access.approvals where state = 'open')`,
    })
    expect((await post('/v1/api-keys', newKey(), ada.key)).body.code).toBe('too_many_approvals')
    expect((await post('/v1/api-keys', newKey(), cyd.key)).body.code).toBe('second_person_needed')
    expect(await stateOf(id)).toBe('open')
    await server.database.query({ text: `update access.approvals set state = 'withdrawn' where state = 'open'` })
  })

  it('the SDK and the command line ask, decide and carry out', async () => {
    const asking = new Munim({ url: server.url, accessToken: async () => ada.key })
    const error = await asking.apiKeys.create({ scope: 'read', name: 'by the SDK' }).catch((thrown: unknown) => thrown)
    if (!(error instanceof MunimError)) throw error
    const id = error.problem.approval ?? ''
    expect(error.code).toBe('second_person_needed')
    const approving = new Munim({ url: server.url, accessToken: async () => bob.key })
    expect((await approving.approvals.approve(id)).state).toBe('approved')
    expect(await asking.approvals.carryOut(id)).toMatchObject({
      name: 'by the SDK',
      key: expect.stringMatching(/^munim_/),
    })
    const listed = await runCommand(server, 'approvals', 'list', '--state', 'done', '--limit', '1')
    expect(listed.stdout).toMatch(new RegExp(`${id} +done +create_api_key`))
    const shown = await runCommand(server, 'approvals', 'show', id)
    expect(shown.stdout).toContain('{"scope":"read","name":"by the SDK"}')
    const set = await runCommand(server, 'approvals', 'set-rules', '--permissions', 'none')
    expect(set.stdout).toBe('nothing waits for a second person\n')
  })
})

test('every route that needs what can be marked may wait, only takes away, or refuses', () => {
  const { routes } = server.application.server
  const needing = routes.filter(
    ({ acts, permission, alsoNeeds }) =>
      acts !== undefined &&
      !('none' in acts) &&
      [permission, alsoNeeds?.permission].some((one) => (markable as readonly (string | undefined)[]).includes(one)),
  )
  const those = (which: (route: (typeof routes)[number]) => boolean) =>
    needing.filter(which).map(({ operation }) => operation)
  expect(those((route) => route.takesAway === true)).toEqual(
    expect.arrayContaining([
      'revoke_api_key',
      'revoke_oauth_client',
      'disable_person',
      'end_person_sessions',
      'freeze_account',
    ]),
  )
  expect(those((route) => mayWait(route) && route.handleOnce === undefined)).toEqual(['create_accounts'])
  expect(those((route) => !mayWait(route) && route.takesAway !== true)).toEqual([])
})
