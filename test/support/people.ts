import { hash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { TestResponse, TestServer } from './test-server.ts'
import { totpOf } from './totp.ts'

export type TestPerson = {
  readonly id: string
  readonly login: string
  readonly password: string
  readonly recoveryCodes: readonly string[]
  /** The code of the authenticator app, that many steps from now. */
  readonly code: (stepsFromNow?: number) => string
}

/** A browser without scripts: it keeps cookies by their path, and follows no redirect by itself. */
export type TestBrowser = {
  readonly get: (url: string) => Promise<BrowserAnswer>
  readonly submit: (
    path: string,
    values: Readonly<Record<string, string>>,
    headers?: GivenHeaders,
  ) => Promise<BrowserAnswer>
}
type GivenHeaders = Readonly<Record<string, string>>
export type BrowserAnswer = {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly location: string
}

export function openBrowser(server: Pick<TestServer, 'url'>): TestBrowser {
  const jar = new Map<string, { readonly path: string; readonly value: string }>()
  const send = async (url: string, init: RequestInit): Promise<BrowserAnswer> => {
    const address = new URL(url, server.url)
    const sent = [...jar].filter(([, { path }]) => address.pathname.startsWith(path))
    const cookie = sent.map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; ')
    const headers = { ...(init.headers as GivenHeaders), ...(cookie !== '' && { cookie }) }
    const response = await fetch(address, { ...init, headers, redirect: 'manual' })
    for (const one of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? []
      const [, path = '/'] = /path=([^;]*)/i.exec(one) ?? []
      expect(one.toLowerCase()).toContain('httponly')
      if (value === '') jar.delete(`${name} ${path}`)
      else jar.set(`${name} ${path}`, { path, value })
    }
    const location = response.headers.get('location') ?? ''
    return { status: response.status, text: await response.text(), headers: response.headers, location }
  }
  return {
    get: async (url) => {
      for (;;) {
        const answered = await send(url, {})
        // So many logins are begun from one address at a time.
        if (answered.status !== 429) return answered
        await sleep(100)
      }
    },
    submit: (path, values, headers = {}) =>
      send(path, { method: 'POST', body: new URLSearchParams(values), headers: { ...headers } }),
  }
}

let people = 0

type Asking = {
  readonly request: (
    method: string,
    path: string,
    options: { readonly body: object; readonly key?: string },
  ) => Promise<Pick<TestResponse, 'status' | 'body'>>
}

/** Invites a person with the key, and accepts the invitation as they would. */
export async function makePerson(
  server: Pick<TestServer, 'url'> & Asking,
  also: { readonly role?: string; readonly all_books?: boolean; readonly key?: string; readonly login?: string } = {},
): Promise<TestPerson> {
  people += 1
  const { key, ...person } = also
  const login = also.login ?? `person-${people}@example.com`
  const body = { name: `Person ${people}`, role: 'viewer', ...person, login }
  const invited = await server.request('POST', '/v1/people', { body, ...(key !== undefined && { key }) })
  expect([invited.status, invited.body.code]).toEqual([201, undefined])
  return setUpPerson(server, invited)
}

/** With the setup code of an invitation or a reset. */
export async function setUpPerson(
  server: Pick<TestServer, 'url'>,
  { body: { id, login, setup_code } }: Pick<TestResponse, 'body'>,
): Promise<TestPerson> {
  const browser = openBrowser(server)
  const shown = await browser.submit('/oauth/setup', { setup_code })
  expect([shown.status, /role="alert">([^<]*)/.exec(shown.text)?.[1]]).toEqual([200, undefined])
  const secret = /secret=([A-Z2-7]+)/.exec(shown.text)?.[1] ?? ''
  const code = (stepsFromNow = 0) => totpOf(secret, stepsFromNow)
  const password = randomBytes(12).toString('base64url')
  const alertOf = ({ text }: { readonly text: string }) => /role="alert">([^<]*)/.exec(text)?.[1]
  // A step earlier, so that the code of now can still be used. Until a slow server looks, that may be two steps ago.
  const submitted = async () => {
    const given = code(-1)
    const answer = await browser.submit('/oauth/setup', { setup_code, password, code: given })
    return { ...answer, isLate: alertOf(answer) !== undefined && code(-1) !== given }
  }
  let done = await submitted()
  while (done.isLate) done = await submitted()
  expect([done.status, alertOf(done)]).toEqual([200, undefined])
  const recoveryCodes = [...done.text.matchAll(/<code>([a-z2-7-]+)<\/code>/g)].map(([, one = '']) => one)
  return { id, login, password, code, recoveryCodes }
}

export type LoginRequest = {
  readonly client?: string
  readonly redirect?: string
  readonly scope?: string
  readonly also?: Readonly<Record<string, string | undefined>>
}

/** The address at which a login begins, with the verifier of PKCE. */
export function loginRequest({
  client = 'munim-cli',
  redirect = 'http://127.0.0.1:9/callback',
  scope = 'openid profile email',
  also = {},
}: LoginRequest = {}) {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    ...{ response_type: 'code', client_id: client, redirect_uri: redirect, scope, state: 'a state' },
    ...{ code_challenge: hash('sha256', verifier, 'base64url'), code_challenge_method: 'S256', ...also },
  }
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return { url: `/oauth/authorize?${new URLSearchParams(given)}`, verifier, redirect }
}

/** Fills in the page to which the browser was sent, and follows the login to where it leads. */
export async function passLogin(
  browser: TestBrowser,
  path: string,
  person: Pick<TestPerson, 'login' | 'password'> & { readonly code: string },
): Promise<BrowserAnswer> {
  const { login, password, code } = person
  const sent = await browser.submit(path, { login, password, code })
  return sent.status === 303 ? browser.get(sent.location) : sent
}

/** Logs a person in, and returns what the client got. A recovery code counts once, and needs no clock. */
export async function logIn(server: Pick<TestServer, 'url'>, person: TestPerson, request: LoginRequest = {}) {
  const browser = openBrowser(server)
  const { url, verifier, redirect } = loginRequest(request)
  const begun = await browser.get(url)
  const code = person.recoveryCodes[usedCodes.take(person)] ?? ''
  const passed = await passLogin(browser, begun.location, { ...person, code })
  expect([passed.status, passed.text.match(/role="alert">([^<]*)/)?.[1]]).toEqual([303, undefined])
  const parameters = new URL(passed.location).searchParams
  return { code: parameters.get('code') ?? '', error: parameters.get('error'), verifier, redirect }
}

const usedCodes = {
  used: new WeakMap<TestPerson, number>(),
  take(person: TestPerson): number {
    const next = this.used.get(person) ?? 0
    this.used.set(person, next + 1)
    return next
  },
}

export type GivenTokens = {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly error?: string
}

export async function askTokens(server: Pick<TestServer, 'url'>, form: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ client_id: 'munim-cli', ...form })
  const response = await fetch(`${server.url}/oauth/token`, { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as GivenTokens }
}

/** The tokens of a new login at the command line. */
export async function tokensOf(server: Pick<TestServer, 'url'>, person: TestPerson, request?: LoginRequest) {
  const { code, verifier, redirect } = await logIn(server, person, request)
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect }
  const { status, body } = await askTokens(server, form)
  expect([status, body.error]).toEqual([200, undefined])
  return body
}

export function refresh(
  server: Pick<TestServer, 'url'>,
  refreshToken: string,
  also: Readonly<Record<string, string>> = {},
) {
  return askTokens(server, { grant_type: 'refresh_token', refresh_token: refreshToken, ...also })
}
