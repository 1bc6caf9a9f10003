import { Type } from 'typebox'
import { encodeId, idPrefix } from '#kernel'
import { type Answer, answerText, closedObject, type Route, type RouteRequest, route } from '#platform/http'
import { newUuid } from '#platform/ids'
import { authorizePath, type BegunLogin, loginPath, type ProviderAnswer } from '#platform/oauth'
import type { Oauth } from '../oauth/oauth.ts'
import { deviceCookie } from '../people/known-device.ts'
import { loggingInFrom, placeOf } from '../people/login-place.ts'
import { base32, grouped, totpLink } from '../people/one-time-codes.ts'
import { complaint, escapeHtml, field, form, pageAnswer } from '../people/page.ts'
import { passwordLength } from '../people/passwords.ts'
import type { Person } from '../people/person.ts'
import {
  beginSetup,
  changePassword,
  completePerson,
  provePerson,
  type Setup,
  type Unproved,
} from '../people/prove-person.ts'
import { inTurns } from './in-turns.ts'

type Deps = { readonly oauth: Oauth }

const setupPath = '/oauth/setup'
const passwordPath = '/oauth/password'
const page = { tag: 'OAuth', permission: 'none', hidden: true, answers: {} } as const
const formBody = { bodyBytesMax: 16 * 1024, rawBody: { description: 'The form of the page.' } } as const
const loginParams = closedObject({ uid: Type.String({ pattern: '^[\\w-]{1,100}$' }) })

/** What people see in their browser: the login, the setup of their account, and the change of a password. */
export function peoplePages(deps: Deps): Route[] {
  return inTurns([...authorizeRoutes(deps), ...loginRoutes(deps), ...setupRoutes(deps), ...passwordRoutes(deps)])
}

function authorizeRoutes({ oauth }: Deps): Route[] {
  const authorize = async (path: string, request: Pick<RouteRequest, 'header' | 'id' | 'address'>) => {
    const asked = { path, cookie: request.header('cookie') }
    const answered = await loggingInFrom(placeOf(request), () => oauth.people.authorize(asked))
    return answered.status < 400 ? sentOn(answered) : refusedPage(answered)
  }
  return [
    route({
      ...page,
      method: 'GET',
      path: authorizePath,
      operation: 'oauth_authorize',
      summary: 'Begin the login of a person',
      query: Type.Object({}),
      handle: (request) => {
        if (!oauth.mayBegin({ address: request.address(), cookie: request.header('cookie') })) return busyPage()
        return authorize(`${authorizePath}?${new URLSearchParams(request.query as Record<string, string>)}`, request)
      },
    }),
    route({
      ...page,
      method: 'GET',
      path: `${authorizePath}/:uid`,
      operation: 'oauth_resume',
      summary: 'Resume the login of a person',
      params: loginParams,
      handle: (request) => authorize(`${authorizePath}/${request.params.uid}`, request),
    }),
  ]
}

function sentOn({ status, headers, cookies }: ProviderAnswer): Answer {
  const { location } = headers
  return { ...answerText(status, '', { ...(location !== undefined && { location }) }), cookies }
}

function refusedPage({ status, body, headers }: ProviderAnswer): Answer {
  const isJson = headers['content-type']?.startsWith('application/json') === true
  const { error_description: why = 'The request cannot be answered.' } = isJson ? JSON.parse(body) : {}
  return pageAnswer({ status, title: 'This login cannot go on', content: complaint(String(why)) })
}

function busyPage(): Answer {
  const content = complaint('Too many logins were begun from your address, or overall. Try again in a second.')
  return pageAnswer({ status: 429, title: 'Log in', content, waitSeconds: 1 })
}

function loginRoutes({ oauth }: Deps): Route[] {
  type OnLogin = RouteRequest<{ readonly uid: string }, undefined, undefined>
  const begun = async ({ params, header }: OnLogin) => {
    const found = await oauth.people.findLogin({ path: `${loginPath}/${params.uid}`, cookie: header('cookie') })
    return found?.uid === params.uid ? found : undefined
  }
  const described = { ...page, path: `${loginPath}/:uid`, params: loginParams }
  return [
    route({
      ...described,
      method: 'GET',
      operation: 'login_page',
      summary: 'The page on which a person logs in',
      handle: async (request) => {
        const login = await begun(request)
        return login ? loginPage(login) : overPage()
      },
    }),
    route({
      ...{ ...described, ...formBody },
      method: 'POST',
      operation: 'log_in',
      acts: ['person.logged_in'],
      summary: 'Log in',
      handle: async (request) => {
        const values = formOf(request, oauth.issuer())
        const login = values && (await begun(request))
        if (!login) return overPage()
        const [name, password, code] = [values('login'), values('password'), values('code')]
        const [place, cookie] = [placeOf(request), request.header('cookie')]
        const proved = await provePerson(oauth.proof, { login: name, password, code, place, cookie })
        if (!proved.ok) return loginPage(login, { ...proved, login: name })
        const person = encodeId(idPrefix.person, proved.person.id)
        const path = `${loginPath}/${login.uid}`
        const { generation } = proved.person
        const finished = await oauth.people.finishLogin({ path, cookie, person, generation, session: newUuid() })
        if (finished === undefined) return overPage()
        const sent = sentOn(finished)
        return { ...sent, cookies: [...(sent.cookies ?? []), ...knownDevice(oauth, proved.person)] }
      },
    }),
  ]
}

function knownDevice({ proof: { sealing }, issuer }: Oauth, { login }: Person): readonly string[] {
  return sealing === undefined ? [] : [deviceCookie(sealing, { login, issuer: issuer() })]
}

function loginPage(begun: BegunLogin, failed?: Unproved & { readonly login: string }): Answer {
  const fields = proofFields({ login: failed?.login ?? begun.hint })
  const content = complaint(failed?.why) + form({ action: `${loginPath}/${begun.uid}`, submit: 'Log in', fields })
  const hints = `\n<p>Forgotten? Ask an administrator for a reset code, and use it <a href="${setupPath}">here</a>.</p>`
  // A browser applies the policy also to where a form is sent on to.
  const leadsTo = new URL(begun.redirectUri).origin
  return pageAnswer({ ...failure(failed), title: 'Log in', content: content + hints, leadsTo })
}

function proofFields({ login }: { readonly login: string | undefined }): readonly string[] {
  return [
    field({ name: 'login', label: 'Email or name', autocomplete: 'username', value: login, first: true }),
    field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }),
    field({
      ...{ name: 'code', label: 'Code', autocomplete: 'one-time-code' },
      hint: 'Six digits of your authenticator app, or one of your recovery codes.',
    }),
  ]
}

function overPage(): Answer {
  const content = complaint(
    'This login has expired, or was not begun in this browser. Begin it again where you came from.',
  )
  return pageAnswer({ status: 400, title: 'Log in', content })
}

function setupRoutes({ oauth }: Deps): Route[] {
  return [
    route({
      ...page,
      method: 'GET',
      path: setupPath,
      operation: 'setup_page',
      summary: 'The page on which a person enters a setup code',
      handle: () => setupCodePage(),
    }),
    route({
      ...{ ...page, ...formBody },
      method: 'POST',
      path: setupPath,
      operation: 'set_up_person',
      acts: ['person.set_up'],
      summary: 'Choose a password, and set up a second factor',
      handle: async (request) => {
        const values = formOf(request, oauth.issuer())
        if (values === undefined) return setupCodePage(notFromHere)
        const [code, place] = [values('setup_code'), placeOf(request)]
        if (values('password') === '') {
          const begun = await beginSetup(oauth.proof, { code, place })
          return begun.ok ? setupPage({ begun, code, issuer: oauth.issuer() }) : setupCodePage(begun)
        }
        const filled = { code, place, password: values('password'), totp: values('code') }
        const done = await completePerson(oauth.proof, filled)
        if (done.ok) {
          oauth.sessionsEnded()
          return donePage(done.recoveryCodes)
        }
        if (done.setup === undefined) return setupCodePage(done)
        return setupPage({ begun: done.setup, code, issuer: oauth.issuer(), failed: done })
      },
    }),
  ]
}

function setupCodePage(failed?: Unproved): Answer {
  const fields = [field({ name: 'setup_code', label: 'Setup code', autocomplete: 'off', first: true })]
  const content = complaint(failed?.why) + form({ action: setupPath, submit: 'Continue', fields })
  return pageAnswer({ ...failure(failed), title: 'Set up your account', content })
}

type SetupPage = {
  readonly begun: Setup
  readonly code: string
  readonly issuer: string
  readonly failed?: Unproved
}

function setupPage({ begun, code, issuer, failed }: SetupPage): Answer {
  const { person, secret } = begun
  const { login, name } = person
  const link = escapeHtml(totpLink(secret, { login, issuer }))
  const fields = [
    `<p>${escapeHtml(name)}, add Munim to your authenticator app: <a href="${link}">open the app</a>, or type this key into it:</p>
<p><code>${grouped(base32(secret))}</code></p>`,
    field({ name: 'login', label: 'Email or name', autocomplete: 'username', value: login }).replace(
      ' required',
      ' readonly',
    ),
    field({
      ...{ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', first: true },
      hint: `At least ${passwordLength.min} characters.`,
    }),
    field({
      ...{ name: 'code', label: 'Code', autocomplete: 'one-time-code', numeric: true },
      hint: 'The six digits that the app shows now.',
    }),
  ]
  const content =
    complaint(failed?.why) + form({ action: setupPath, submit: 'Save', fields, hidden: { setup_code: code } })
  return pageAnswer({ ...failure(failed), title: 'Set up your account', content })
}

function donePage(recoveryCodes: readonly string[]): Answer {
  const codes = recoveryCodes.map((code) => `<li><code>${escapeHtml(code)}</code></li>`).join('\n')
  const content = `<p>You can log in now. Keep these recovery codes in a safe place. Each stands once for a code of your app, if
you lose it. They are not shown again.</p>
<ul>
${codes}
</ul>`
  return pageAnswer({ title: 'Your account is ready', content })
}

function passwordRoutes({ oauth }: Deps): Route[] {
  return [
    route({
      ...page,
      method: 'GET',
      path: passwordPath,
      operation: 'password_page',
      summary: 'The page on which a person changes their password',
      handle: () => passwordPage(),
    }),
    route({
      ...{ ...page, ...formBody },
      method: 'POST',
      path: passwordPath,
      operation: 'change_password',
      acts: ['person.password_changed'],
      summary: 'Change a password',
      handle: async (request) => {
        const values = formOf(request, oauth.issuer())
        if (values === undefined) return passwordPage({ ...notFromHere, login: '' })
        const changed = await changePassword(oauth.proof, {
          ...{ login: values('login'), password: values('password'), code: values('code') },
          ...{ newPassword: values('new_password'), place: placeOf(request) },
        })
        if (!changed.ok) return passwordPage({ ...changed, login: values('login') })
        oauth.sessionsEnded()
        const content = '<p>All your sessions have ended. Log in again where you need to.</p>'
        return pageAnswer({ title: 'Your password is changed', content })
      },
    }),
  ]
}

function passwordPage(failed?: Unproved & { readonly login: string }): Answer {
  const fields = [
    ...proofFields({ login: failed?.login }),
    field({
      ...{ name: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password' },
      hint: `At least ${passwordLength.min} characters.`,
    }),
  ]
  const content = complaint(failed?.why) + form({ action: passwordPath, submit: 'Change password', fields })
  return pageAnswer({ ...failure(failed), title: 'Change your password', content })
}

function failure(failed: Unproved | undefined) {
  if (failed === undefined) return {}
  return { status: failed.waitSeconds === undefined ? 400 : 429, waitSeconds: failed.waitSeconds }
}

const notFromHere: Unproved = { ok: false, why: 'The form did not come from this page. Fill it in here.' }

type Values = (name: string) => string

/** Undefined for a form that another site has sent. Browsers say where a form comes from; other programs need not. */
function formOf({ header, bytes }: Pick<RouteRequest, 'header' | 'bytes'>, issuer: string): Values | undefined {
  const [origin, site] = [header('origin'), header('sec-fetch-site')]
  if (origin !== undefined && origin !== issuer) return undefined
  if (site !== undefined && site !== 'same-origin') return undefined
  if (!header('content-type')?.startsWith('application/x-www-form-urlencoded')) return undefined
  const form = new URLSearchParams((bytes ?? Buffer.alloc(0)).toString('utf8'))
  return (name) => form.get(name)?.slice(0, 500).replaceAll('\0', '') ?? ''
}
