import { hash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  logIn,
  loginRequest,
  makePerson,
  openBrowser,
  passLogin,
  refresh,
  setUpPerson,
  startTestServer,
  type TestBrowser,
  type TestPerson,
  type TestServer,
  tokensOf,
} from '#testing'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.request('POST', '/v1/books', { body: { code: 'branch' } })
})
afterAll(() => server.stop())
/** All logins of the tests come from one address. */
beforeEach(() => server.database.query({ text: 'delete from access.login_failures' }))

const statusWith = async (key: string, path = '/v1/accounts') => (await server.request('GET', path, { key })).status
const act = (person: Pick<TestPerson, 'id'>, what: string, body: object = {}) =>
  server.request('POST', `/v1/people/${person.id}/${what}`, { body })
const alertOf = (text: string) => /role="alert">([^<]*)/.exec(text)?.[1]

type Tried = Pick<TestPerson, 'login' | 'password'> & { readonly code: string }

/** One attempt on a page of its own. */
async function tryLogin(proof: Tried) {
  const browser = openBrowser(server)
  const begun = await browser.get(loginRequest().url)
  const answered = await browser.submit(begun.location, { ...proof })
  return { status: answered.status, alert: alertOf(answered.text), headers: answered.headers }
}
const codeOf = (person: TestPerson, at = 0) => person.recoveryCodes[at] ?? ''

describe('the login page', () => {
  it('needs no script, loads nothing, and sends its form to this server and its client alone', async () => {
    const browser = openBrowser(server)
    const { location } = await browser.get(loginRequest().url)
    const page = await browser.get(location)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:9; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(page.text).not.toMatch(/<script|<link|src=|http:\/\/(?!www)|url\(/)
    expect([page.headers.get('cache-control'), page.headers.get('x-frame-options')]).toEqual(['no-store', 'DENY'])
  })

  it('takes no form of another site, of another browser, or after its end, and shows no text as markup', async () => {
    const person = await makePerson(server)
    const browser = openBrowser(server)
    const { location } = await browser.get(loginRequest({ also: { login_hint: '"><b>x' } }).url)
    expect((await browser.get(location)).text).toContain('value="&#34;&#62;&#60;b&#62;x"')
    const right = { login: person.login, password: person.password, code: codeOf(person) }
    const elsewhere = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]
    for (const headers of elsewhere) {
      for (const path of [location, '/oauth/setup', '/oauth/password']) {
        expect((await browser.submit(path, right, headers)).status).toBe(400)
      }
    }
    expect((await openBrowser(server).submit(location, right)).status).toBe(400)
    const here = { origin: server.url, 'sec-fetch-site': 'same-origin' }
    const passed = await browser.submit(location, right, here)
    expect(passed.status).toBe(303)
    expect((await browser.get(passed.location)).location).toContain('code=')
    expect((await browser.submit(location, right, here)).status).toBe(400)
    expect((await browser.get(passed.location)).location).not.toContain('code=')
  })
})

describe('a proof', () => {
  it('that is wrong in any part is refused with the same words', async () => {
    const person = await makePerson(server)
    const { login, password } = person
    const invited = await server.request('POST', '/v1/people', {
      body: { login: 'invited', name: 'x', role: 'viewer' },
    })
    const wrong = [
      { login, password: `${password}x`, code: codeOf(person) },
      { login, password, code: '000000' },
      { login, password, code: '' },
      { login, password, code: 'aaaa-aaaa-aaaa-aaaa' },
      { login: 'nobody@example.com', password, code: codeOf(person) },
      { login: invited.body.login, password: '', code: '' },
      { login: `${login}\0`, password: '\0', code: '\0' },
    ]
    const tried: Awaited<ReturnType<typeof tryLogin>>[] = []
    for (const proof of wrong) tried.push(await tryLogin(proof))
    expect(new Set(tried.map(({ status, alert }) => `${status} ${alert}`)).size).toBe(1)
    expect(tried[0]).toMatchObject({ status: 400, alert: expect.stringContaining('is not right') })
    await endPause(0)
    const passed = await tryLogin({ login: login.toUpperCase(), password, code: codeOf(person) })
    expect(passed.status).toBe(303)
  })

  it('has a code that counts once, of the app or of those for a lost device', async () => {
    const person = await makePerson(server)
    const code = person.code()
    const attempts = [code, code, person.code(-1), codeOf(person), codeOf(person), codeOf(person, 1)]
    const statuses: number[] = []
    for (const one of attempts) statuses.push((await tryLogin({ ...person, code: one })).status)
    expect(statuses).toEqual([303, 400, 400, 303, 400, 303])
    const both = await Promise.all([2, 2].map((at) => tryLogin({ ...person, code: codeOf(person, at) })))
    expect(both.map(({ status }) => status).sort()).toEqual([303, 400])
  })
})

describe('failed logins', () => {
  it('make a name wait for longer and longer, also for the right password, and end no session', async () => {
    const person = await makePerson(server)
    const other = await makePerson(server)
    const tokens = await tokensOf(server, person)
    const fail = () => tryLogin({ ...person, password: 'wrong password', code: '000000' })
    const first = await Promise.all([1, 2, 3, 4].map(fail))
    expect(first.map(({ status }) => status)).toEqual([400, 400, 400, 400])
    const pauses: (number | undefined)[] = []
    for (const failures of [4, 5, 6, 30]) {
      await endPause(failures)
      await fail()
      pauses.push(await longestPause())
    }
    expect(pauses).toEqual([1, 2, 4, 900])
    const right = { ...person, code: codeOf(person, 1) }
    const paused = await tryLogin(right)
    expect([paused.status, paused.alert]).toEqual([429, expect.stringContaining('Try again in')])
    expect(Number(paused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await statusWith(tokens.access_token)).toBe(200)
    expect((await refresh(server, tokens.refresh_token)).status).toBe(200)
    await server.database.query({ text: `delete from access.login_failures where failures < 30` })
    expect((await tryLogin({ ...other, code: codeOf(other) })).status).toBe(303)
    await endPause(30)
    const atOnce = await Promise.all(Array.from({ length: 6 }, fail))
    expect(atOnce.filter(({ status }) => status === 400).length).toBe(1)
    await act(person, 'reset')
    await endPause(0)
    expect((await tryLogin(right)).status).toBe(303)
  })

  it('make an address wait, whatever the names, and add nothing to those meanwhile', async () => {
    const fail = (n: number) => tryLogin({ login: `nobody-${n}`, password: 'wrong password', code: '000000' })
    expect((await fail(0)).status).toBe(400)
    await server.database.query({ text: 'update access.login_failures set failures = 40' })
    const all = await Promise.all([1, 2, 3, 4, 5].map(fail))
    expect(all.filter(({ status }) => status === 429).length).toBe(4)
    const names = await server.database.query({ text: 'select 1 from access.login_failures' })
    expect(names.length).toBe(3)
    const setup = await openBrowser(server).submit('/oauth/setup', { setup_code: 'munim_setup_x' })
    expect(setup.status).toBe(429)
  })

  it('of strangers keep no one out of a browser in which they have logged in before', async () => {
    const [person, other] = [await makePerson(server), await makePerson(server)]
    const [known, ofOther] = [openBrowser(server), openBrowser(server)]
    const attempt = async (browser: TestBrowser, proof: Tried) => {
      const { location } = await browser.get(loginRequest().url)
      return (await passLogin(browser, location, proof)).status
    }
    expect(await attempt(known, { ...person, code: codeOf(person) })).toBe(303)
    expect(await attempt(ofOther, { ...other, code: codeOf(other) })).toBe(303)
    await tryLogin({ ...person, password: 'wrong password', code: '000000' })
    await server.database.query({
      text: `update access.login_failures set failures = 30, paused_until = now() + interval '1 hour'`,
    })
    for (const stranger of [openBrowser(server), ofOther]) {
      expect(await attempt(stranger, { ...person, code: codeOf(person, 1) })).toBe(429)
    }
    expect(await attempt(known, { ...person, code: '000000' })).toBe(400)
    expect(await attempt(known, { ...person, code: codeOf(person, 1) })).toBe(303)
    await attempt(known, { ...person, code: '000000' })
    await server.database.query({ text: 'update access.login_failures set failures = 30 where paused_until is null' })
    expect(await attempt(known, { ...person, code: '000000' })).toBe(400)
    expect(await attempt(known, { ...person, code: codeOf(person, 2) })).toBe(429)
  })

  const longestPause = async () => {
    const rows = await server.database.query<{ seconds: number }>({
      text: `select round(extract(epoch from max(paused_until - changed_at)))::integer as seconds
        from access.login_failures`,
    })
    return rows[0]?.seconds
  }
})

/** As if so many logins with each name, and none from the address, had failed long enough ago. */
async function endPause(failures: number): Promise<void> {
  const address = hash('sha256', 'address 127.0.0.1', 'buffer')
  await server.database.query({
    text: `update access.login_failures
      set paused_until = null, failures = case when subject = $2 then 0 else $1::integer end`,
    values: [failures, address],
  })
}

describe('the end of what a person has', () => {
  const inForce = async (person: TestPerson) => {
    const tokens = await tokensOf(server, person)
    return async () => {
      const renewed = await refresh(server, tokens.refresh_token)
      return [await statusWith(tokens.access_token), renewed.body.error]
    }
  }
  const over = [401, 'invalid_grant']

  it('comes with being disabled, and being enabled brings back the login alone', async () => {
    const person = await makePerson(server)
    const isInForce = await inForce(person)
    const disabled = await act(person, 'disable')
    expect([disabled.status, disabled.body.state]).toEqual([200, 'disabled'])
    expect(await isInForce()).toEqual(over)
    expect((await tryLogin({ ...person, code: codeOf(person, 1) })).status).toBe(400)
    expect((await act(person, 'reset')).body.code).toBe('person_disabled')
    expect((await act(person, 'enable')).body.state).toBe('active')
    expect(await isInForce()).toEqual(over)
    expect((await tryLogin({ ...person, code: codeOf(person, 2) })).status).toBe(303)
  })

  it('comes with another role, and the next login has the new one', async () => {
    const person = await makePerson(server)
    const isInForce = await inForce(person)
    const path = `/v1/people/${person.id}`
    expect((await server.request('PATCH', path, { body: { name: 'Renamed' } })).body.name).toBe('Renamed')
    expect((await isInForce())[0]).toBe(200)
    const changed = await server.request('PATCH', path, { body: { role: 'analyst' } })
    expect([changed.body.role, changed.body.permissions.includes('events:read')]).toEqual(['analyst', true])
    expect((await isInForce())[0]).toBe(401)
    const { access_token } = await tokensOf(server, person)
    expect(await statusWith(access_token, '/v1/events')).toBe(200)
  })

  it('comes for one session, or for all, and for no one else', async () => {
    const [person, other] = [await makePerson(server), await makePerson(server)]
    const [first, second, ofOther] = [await inForce(person), await inForce(person), await inForce(other)]
    const listed = await server.request('GET', `/v1/people/${person.id}/sessions`)
    expect(listed.body.data).toMatchObject([{ client: null, book_code: 'main' }, { client_name: 'command line' }])
    const session = listed.body.data[1].id
    expect((await act(other, 'end-sessions', { session })).body.code).toBe('session_not_found')
    expect((await act(person, 'end-sessions', { session })).status).toBe(200)
    expect(await first()).toEqual(over)
    expect((await second())[0]).toBe(200)
    await act(person, 'end-sessions')
    expect((await second())[0]).toBe(401)
    expect((await ofOther())[0]).toBe(200)
    expect((await server.request('GET', `/v1/people/${person.id}/sessions`)).body.data).toEqual([])
  })

  it('comes with a changed password, which needs the old one and a code', async () => {
    const person = await makePerson(server)
    const isInForce = await inForce(person)
    const submit = async (also: object) => {
      const { login, password } = person
      const values = { login, password, code: codeOf(person, 1), new_password: 'a new one of mine', ...also }
      const { status, text } = await openBrowser(server).submit('/oauth/password', values)
      return [status, alertOf(text)]
    }
    expect((await submit({ new_password: 'short' }))[1]).toContain('at least 12')
    expect((await submit({ password: 'wrong' }))[0]).toBe(400)
    expect((await submit({ code: '000000' }))[0]).toBe(400)
    expect((await isInForce())[0]).toBe(200)
    expect(await submit({})).toEqual([200, undefined])
    expect((await isInForce())[0]).toBe(401)
    expect((await tryLogin({ ...person, code: codeOf(person, 2) })).status).toBe(400)
    const proof = { ...person, password: 'a new one of mine', code: codeOf(person, 2) }
    expect((await tryLogin(proof)).status).toBe(303)
  })

  it('comes with a reset once its code is used, which counts once, and within its time', async () => {
    const person = await makePerson(server)
    const isInForce = await inForce(person)
    const first = await act(person, 'reset')
    const second = await act(person, 'reset')
    expect((await isInForce())[0]).toBe(200)
    const enter = async (setup_code: string) => {
      const { status, text } = await openBrowser(server).submit('/oauth/setup', { setup_code })
      return [status, alertOf(text)]
    }
    expect(await enter(first.body.setup_code)).toEqual([400, expect.stringContaining('not valid')])
    const again = await setUpPerson(server, second)
    expect((await isInForce())[0]).toBe(401)
    expect((await enter(second.body.setup_code))[0]).toBe(400)
    for (const code of [person.code(1), codeOf(person, 3)]) {
      expect((await tryLogin({ ...again, code })).status).toBe(400)
    }
    expect((await tryLogin({ ...again, code: codeOf(again) })).status).toBe(303)
    const third = await act(person, 'reset')
    await server.database.query({ text: `update access.people set setup_until = now() where setup_hash is not null` })
    expect((await enter(third.body.setup_code))[0]).toBe(400)
  })
})

it('an attempt from before the login is worth nothing in another browser', async () => {
  const person = await makePerson(server)
  const [browser, other] = [openBrowser(server), openBrowser(server)]
  const { location } = await browser.get(loginRequest().url)
  const theirs = await other.get(loginRequest().url)
  const passed = await passLogin(browser, theirs.location, { ...person, code: codeOf(person) })
  expect(passed.status).toBe(400)
  expect((await passLogin(browser, location, { ...person, code: codeOf(person) })).location).toContain('code=')
  expect((await logIn(server, await makePerson(server))).error).toBeNull()
})

it.each([
  ['a changed password', changeOwnPassword],
  [
    'another role',
    (person: TestPerson) => server.request('PATCH', `/v1/people/${person.id}`, { body: { role: 'analyst' } }),
  ],
])('a login that was proved before %s leads nowhere after it', async (_what, change) => {
  const person = await makePerson(server)
  const browser = openBrowser(server)
  const begun = await browser.get(loginRequest().url)
  const proved = await browser.submit(begun.location, {
    login: person.login,
    password: person.password,
    code: codeOf(person),
  })
  expect([proved.status, (await change(person)).status]).toEqual([303, 200])
  const { location } = await browser.get(proved.location)
  expect(location).toContain('error=access_denied')
  expect(location).not.toContain('code=')
})

function changeOwnPassword(person: TestPerson) {
  const { login, password } = person
  const values = { login, password, code: codeOf(person, 1), new_password: 'another one of mine' }
  return openBrowser(server).submit('/oauth/password', values)
}
