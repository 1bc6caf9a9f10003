import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '#platform/faults'
import {
  logIn,
  loginRequest,
  makePerson,
  openBrowser,
  setUpPerson,
  startTestServer,
  type TestPerson,
  type TestServer,
  testSealing,
  tokensOf,
} from '#testing'
import { createChangedPeople } from './changed-people.ts'
import { beginLogin } from './login-failures.ts'
import { provePerson } from './prove-person.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.request('POST', '/v1/books', { body: { code: 'branch' } })
})
afterAll(() => server.stop())

describe('a person', () => {
  it('of a book acts in it alone, with the permissions of the role, and one of all books in each', async () => {
    const ofBook = await makePerson(server, { role: 'administrator' })
    const ofAll = await makePerson(server, { role: 'viewer', all_books: true })
    const ask = async (key: string, path: string, book?: string) => {
      const headers = book === undefined ? {} : { 'munim-book': book }
      return (await server.request('GET', path, { key, headers })).status
    }
    const inBook = (await tokensOf(server, ofBook)).access_token
    expect([await ask(inBook, '/v1/people'), await ask(inBook, '/v1/lanes')]).toEqual([200, 403])
    expect(await ask(inBook, '/v1/accounts', 'branch')).toBe(403)
    const inAll = (await tokensOf(server, ofAll)).access_token
    expect([await ask(inAll, '/v1/accounts'), await ask(inAll, '/v1/accounts', 'branch')]).toEqual([200, 200])
    expect(await ask(inAll, '/v1/people')).toBe(403)
  })

  it('is named by the log of acts, and does none once the login has ended elsewhere', async () => {
    const person = await makePerson(server, { role: 'administrator' })
    const { access_token: key } = await tokensOf(server, person)
    const make = (name: string) =>
      server.request('POST', '/v1/api-keys', { key, body: { permissions: ['ledger:read'], name } })
    expect((await make('by a person')).status).toBe(201)
    const acts = await server.database.query<{ action: string }>({
      text: `select action from access.audit_log where actor_kind = 'person'
        and actor = (select id from access.people where login = $1) order by number`,
      values: [person.login],
    })
    expect(acts.map(({ action }) => action)).toEqual(['person.set_up', 'person.logged_in', 'api_key.created'])
    await server.database.query({
      text: 'update access.people set generation = generation + 1 where login = $1',
      values: [person.login],
    })
    expect((await make('too late')).status).toBe(401)
  })

  it('has a row in the log of acts for each change and each reading of personal data, with name, role and address', async () => {
    const person = await makePerson(server, { role: 'administrator' })
    const { access_token: key } = await tokensOf(server, person)
    for (const _ of [1, 2]) expect((await server.request('GET', '/v1/payments', { key })).status).toBe(200)
    const other = await makePerson(server, { role: 'viewer' })
    await server.request('PATCH', `/v1/people/${other.id}`, { key, body: { role: 'analyst' } })
    const acts = (await server.request('GET', `/v1/audit?actor=${person.id}`)).body.data
    const by = { actor: { kind: 'person', id: person.id, name: expect.any(String) }, authority: 'role administrator' }
    expect(acts.slice(0, 3)).toMatchObject([
      {
        ...{ action: 'person.changed', subject: other.id, ...by, address: '127.0.0.1', permission: 'people:manage' },
        ...{ before: { role: 'viewer' }, after: { role: 'analyst' } },
      },
      { action: 'payment.read', ...by },
      { action: 'payment.read', ...by },
    ])
  })

  it('has the address and the request of what they do on the pages in the log of acts', async () => {
    const person = await makePerson(server)
    await tokensOf(server, person)
    const { login, password, recoveryCodes } = person
    const form = { login, password, code: recoveryCodes[1] ?? '', new_password: 'quite another one' }
    const changed = await openBrowser(server).submit('/oauth/password', form)
    expect(changed.status).toBe(200)
    const place = { address: '127.0.0.1', request_id: expect.stringMatching(/^req_/), permission: null }
    const by = { actor: { kind: 'person', id: person.id, name: expect.stringMatching(/^Person /) }, ...place }
    const [last, entered, first] = (await server.request('GET', `/v1/audit?actor=${person.id}`)).body.data
    expect(last).toMatchObject({ ...by, action: 'person.password_changed', authority: 'password and code' })
    expect(last.request_id).toBe(changed.headers.get('request-id'))
    expect(entered).toMatchObject({ ...by, action: 'person.logged_in', authority: 'password and code' })
    expect(first).toMatchObject({ ...by, action: 'person.set_up', authority: 'setup code' })
    const key = await server.createKey('admin')
    const { body } = await server.request('GET', `/v1/audit?actor=${person.id}`, { key })
    const ofBook = body.data.map(({ action }: { action: string }) => action)
    expect(ofBook).toEqual(['person.password_changed', 'person.logged_in', 'person.set_up'])
  })

  it('of another book than a client logs in nowhere near it', async () => {
    const redirect = 'https://console.example.com/back'
    const body = { name: 'x', book: 'branch', permissions: ['ledger:read'], redirect_uris: [redirect], public: true }
    const client = (await server.request('POST', '/v1/oauth-clients', { body })).body.id
    const refused = await logIn(server, await makePerson(server), { client, redirect })
    expect([refused.code, refused.error]).toEqual(['', 'access_denied'])
    const admitted = await logIn(server, await makePerson(server, { all_books: true }), { client, redirect })
    expect(admitted.error).toBeNull()
  })
})

it('limits are of all sessions of a person together, and of that person alone', async () => {
  const [person, other] = [await makePerson(server), await makePerson(server)]
  const keys = [await tokensOf(server, person), await tokensOf(server, person)].map((tokens) => tokens.access_token)
  const set = (client: string) =>
    server.request('POST', '/v1/limits', { body: { client, rate: { requests: 1, window_seconds: 86_400 } } })
  expect((await set(`psn_${'0'.repeat(26)}`)).body.code).toBe('limit_subject_not_found')
  const made = await set(person.id)
  expect([made.status, made.body.client, made.body.book]).toEqual([200, person.id, null])
  expect((await server.request('GET', '/v1/limits')).body.data[0]).toEqual(made.body)
  const statusOf = async (key = '') => (await server.request('GET', '/v1/accounts', { key })).status
  await expect.poll(() => statusOf(keys[0])).toBe(429)
  expect(await statusOf(keys[1])).toBe(429)
  expect(await statusOf((await tokensOf(server, other)).access_token)).toBe(200)
  expect((await server.request('DELETE', `/v1/limits/${made.body.id}`)).body).toEqual(made.body)
  expect(await statusOf(keys[1])).toBe(200)
})

describe('who manages people', () => {
  it('gives them no more than it has, and reaches only those of its book', async () => {
    const admin = await server.createKey('admin')
    const call = async (method: string, path: string, body?: object) => {
      const answered = await server.request(method, path, { key: admin, ...(body && { body }) })
      return answered.body.code ?? answered.status
    }
    const person = { login: 'x@example.com', name: 'x', role: 'administrator' }
    expect(await call('POST', '/v1/people', { ...person, all_books: true })).toBe('permission_beyond_own')
    expect(await call('POST', '/v1/people', person)).toBe(201)
    expect(await call('POST', '/v1/people', { ...person, login: 'X@Example.com' })).toBe('login_taken')
    const above = await makePerson(server, { role: 'viewer', all_books: true })
    const headers = { 'munim-book': 'branch' }
    const other = await server.request('POST', '/v1/people', { body: { ...person, login: 'y@example.com' }, headers })
    for (const id of [above.id, other.body.id]) {
      expect(await call('GET', `/v1/people/${id}`)).toBe('person_not_found')
      expect(await call('GET', `/v1/people/${id}/sessions`)).toBe('person_not_found')
      expect(await call('PATCH', `/v1/people/${id}`, { name: 'x' })).toBe('person_not_found')
      for (const what of ['disable', 'enable', 'reset', 'end-sessions']) {
        expect(await call('POST', `/v1/people/${id}/${what}`, {})).toBe('person_not_found')
      }
    }
    const listed = await server.request('GET', '/v1/people?limit=100', { key: admin })
    const ids = listed.body.data.map(({ id }: { readonly id: string }) => id)
    expect([ids.includes(above.id), ids.includes(other.body.id)]).toEqual([false, false])
    const all = await server.request('GET', '/v1/people?limit=100')
    expect(all.body.data.map(({ id }: { readonly id: string }) => id)).toContain(above.id)
  })

  it('changes no one with more permissions, and raises no one above itself', async () => {
    const key = await server.createKey(new Set(['people:manage', 'books:read', 'ledger:read'] as const))
    const above = await makePerson(server, { role: 'approver' })
    const call = async (method: string, what: string, body: object) =>
      (await server.request(method, `/v1/people/${above.id}${what}`, { key, body })).body.code
    expect(await call('PATCH', '', { name: 'x' })).toBe('permission_beyond_own')
    for (const what of ['/disable', '/enable', '/reset', '/end-sessions']) {
      expect(await call('POST', what, {})).toBe('permission_beyond_own')
    }
  })

  it('gets a setup code once, and a replay has none', async () => {
    const headers = { 'idempotency-key': 'invite once' }
    const body = { login: 'once@example.com', name: 'Once', role: 'viewer' }
    const invited = await server.request('POST', '/v1/people', { body, headers })
    expect(invited.body).toMatchObject({
      state: 'invited',
      setup_code: expect.stringMatching(/^munim_setup_[\w-]{43}$/),
    })
    const replayed = await server.request('POST', '/v1/people', { body, headers })
    expect(replayed.body).toEqual({ ...invited.body, setup_code: null })
  })
})

describe('a setup code is worth nothing', () => {
  const change = (id: string, body: object) => server.request('PATCH', `/v1/people/${id}`, { body })
  const act = (id: string, what: string) => server.request('POST', `/v1/people/${id}/${what}`, { body: {} })
  const enter = async ({ setup_code }: { setup_code: string }) =>
    (await openBrowser(server).submit('/oauth/setup', { setup_code })).status
  const changePassword = ({ login, password, recoveryCodes: [code = ''] }: TestPerson) =>
    openBrowser(server).submit('/oauth/password', { login, password, code, new_password: 'one of these days' })

  it.each<[string, (person: TestPerson) => Promise<unknown>]>([
    ['another role', ({ id }) => change(id, { role: 'administrator' })],
    ['the end of all logins', ({ id }) => act(id, 'end-sessions')],
    ['a time without access', async ({ id }) => [await act(id, 'disable'), await act(id, 'enable')]],
    ['a password that the person has changed', changePassword],
  ])('after %s, and another one is needed', async (_what, happens) => {
    const person = await makePerson(server)
    const given = (await act(person.id, 'reset')).body
    expect(await enter(given)).toBe(200)
    await happens(person)
    expect(await enter(given)).toBe(400)
    expect(await enter((await act(person.id, 'reset')).body)).toBe(200)
  })

  it('of an invitation to another role', async () => {
    const body = { login: 'invited@example.com', name: 'Invited', role: 'viewer' }
    const invited = (await server.request('POST', '/v1/people', { body })).body
    await change(invited.id, { role: 'administrator' })
    expect(await enter(invited)).toBe(400)
    expect((await change(invited.id, { name: 'Renamed' })).status).toBe(200)
    await setUpPerson(server, await act(invited.id, 'reset'))
  })
})

it('an attempt that could not be checked has not failed', async () => {
  const { database } = server
  const refused = async () => {
    throw new Fault({ code: 'too_many_logins', message: 'Too many people log in at once.', retryable: true })
  }
  const passwords = { hash: refused, verify: refused }
  const deps = { database, sealing: testSealing, passwords, changes: createChangedPeople() }
  const from = { login: 'nobody', address: '192.0.2.55' }
  const given = { ...from, password: 'x', code: '1', place: { address: from.address, requestId: 'req_1' } }
  for (let one = 0; one < 8; one += 1) await expect(provePerson(deps, given)).rejects.toThrow('at once')
  expect((await beginLogin(database, from)).ok).toBe(true)
})

it('one proof opens one session, also when the browser follows it several times at once', async () => {
  const person = await makePerson(server)
  const browser = openBrowser(server)
  const begun = await browser.get(loginRequest().url)
  const { login, password, recoveryCodes } = person
  const proved = await browser.submit(begun.location, { login, password, code: recoveryCodes[0] ?? '' })
  const followed = await Promise.all([1, 2, 3].map(() => browser.get(proved.location)))
  expect(followed.filter(({ location }) => location.includes('code='))).toHaveLength(1)
  expect((await server.request('GET', `/v1/people/${person.id}/sessions`)).body.data).toHaveLength(1)
})

it('a login that has expired while it was proved is over', async () => {
  const person = await makePerson(server)
  const browser = openBrowser(server)
  const begun = await browser.get(loginRequest().url)
  // Its page was found; then it expires.
  await server.database.query({
    text: `create function expire() returns trigger language plpgsql as $$ begin
        delete from access.oauth_records where kind = 'Interaction'; return new;
      end $$`,
  })
  await server.database.query({
    text: 'create trigger expire after update or delete on access.recovery_codes for each statement execute function expire()',
  })
  const { login, password, recoveryCodes } = person
  const late = await browser.submit(begun.location, { login, password, code: recoveryCodes[0] ?? '' })
  await server.database.query({ text: 'drop function expire() cascade' })
  expect([late.status, late.text]).toEqual([400, expect.stringContaining('expired')])
})
