import { decodeId, idPrefix } from '#kernel'
import { answer, closedObject, querySchema, type Route, type RouteRequest, route } from '#platform/http'
import { answerPage, pageQuery, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import type { Database, Transaction } from '#platform/postgres'
import type { Oauth } from '../oauth/oauth.ts'
import {
  changePerson,
  endSessions,
  type Invited,
  invitePerson,
  isVisible,
  type PersonChange,
  resetPerson,
} from '../people/manage-people.ts'
import { findPerson, listPeople } from '../people/people-store.ts'
import { listSessions } from '../people/session-store.ts'
import { readStored } from '../people/stored-person.ts'
import { accessRefusals } from '../refusals.ts'
import { onceCommitted } from './once-committed.ts'
import {
  changePersonSchema,
  endSessionsSchema,
  invitedSchema,
  inviteSchema,
  personId,
  personSchema,
  personView,
  sessionSchema,
  sessionView,
} from './people-schemas.ts'
import { shownOnce } from './shown-once.ts'

type Deps = { readonly database: Database; readonly oauth: Pick<Oauth, 'sessionsEnded' | 'requireLatest'> }

const cursor = publicIdCursor(idPrefix.person)
const sessionCursor = publicIdCursor(idPrefix.personSession)
const onPerson = { tag: 'People', permission: 'people:manage', params: closedObject({ id: personId }) } as const
const unreachable = ['person_not_found', 'permission_beyond_own'] as const
const notFound = { code: 'person_not_found', message: accessRefusals.person_not_found }

/** The routes `/v1/people`. */
export function peopleRoutes(deps: Deps): Route[] {
  return [inviteRoute(), ...readRoutes(deps), ...changeRoutes(deps), resetRoute(deps), endSessionsRoute(deps)]
}

function inviteRoute(): Route {
  return route({
    method: 'POST',
    path: '/v1/people',
    operation: 'invite_person',
    summary: 'Invite a person',
    description:
      'Into the book of the request, or into all books. The answer has a code, once, with which the person chooses a password and sets up a second factor at `/oauth/setup`, within seven days.',
    tag: 'People',
    permission: 'people:manage',
    body: inviteSchema,
    answers: { 201: invitedSchema },
    problems: ['permission_beyond_own', 'login_taken'],
    acts: ['person.invited'],
    handleOnce: async ({ body, caller, refuse, record }, tx) => {
      const { login, name, role, all_books: ofAllBooks = false } = body
      const invited = await invitePerson(tx, { caller, login, name, role, ofAllBooks, record })
      return invited.ok ? withCode(201, invited.value) : refuse(invited.refusal)
    },
  })
}

function readRoutes({ database }: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/people',
      operation: 'list_people',
      summary: 'List the people of a book',
      description: 'With those of all books, for a caller that may act in all of them.',
      tag: 'People',
      permission: 'people:manage',
      query: querySchema(pageQuery),
      answers: { 200: pageSchema(personSchema) },
      handle: async ({ query, caller }) => {
        const filter = { book: caller.book.number, ofAll: caller.permissions.has('books:any') }
        const page = await listPeople(database, { ...filter, ...pageRequest(query, cursor) })
        return answerPage(page, cursor, personView)
      },
    }),
    route({
      ...onPerson,
      method: 'GET',
      path: '/v1/people/:id',
      operation: 'get_person',
      summary: 'Read a person',
      answers: { 200: personSchema },
      problems: ['person_not_found'],
      handle: async ({ params, caller, refuse }) => {
        const person = await findPerson(database, idOf(params))
        return person && isVisible(person, caller) ? answer(200, personView(person)) : refuse(notFound)
      },
    }),
    route({
      ...onPerson,
      method: 'GET',
      path: '/v1/people/:id/sessions',
      operation: 'list_person_sessions',
      summary: 'List the sessions of a person',
      description: 'Those in force, one for each login.',
      query: querySchema(pageQuery),
      answers: { 200: pageSchema(sessionSchema) },
      problems: ['person_not_found'],
      handle: async ({ params, query, caller, refuse }) => {
        const person = await findPerson(database, idOf(params))
        if (!person || !isVisible(person, caller)) return refuse(notFound)
        const page = await listSessions(database, { person: person.id, ...pageRequest(query, sessionCursor) })
        return answerPage(page, sessionCursor, sessionView)
      },
    }),
  ]
}

function changeRoutes(deps: Deps): Route[] {
  const { keep, afterCommit } = noting(deps)
  const described = { ...onPerson, answers: { 200: personSchema }, problems: unreachable, afterCommit }
  const change = async (tx: Transaction, request: OnPerson, changed: PersonChange) => {
    const { params, caller, refuse, record } = request
    const on = { id: idOf(params), caller, record, requireLatest: deps.oauth.requireLatest.person }
    const person = await changePerson(tx, { ...on, ...changed })
    if (!person.ok) return refuse(person.refusal)
    keep(request, { person: await readStored(tx, on.id) })
    return answer(200, personView(person.value))
  }
  return [
    route({
      ...described,
      method: 'PATCH',
      path: '/v1/people/:id',
      operation: 'change_person',
      acts: ['person.changed'],
      summary: 'Change the name or the role of a person',
      description: 'Another role ends all sessions of the person: they log in again.',
      body: changePersonSchema,
      handleOnce: (request, tx) => change(tx, request, request.body),
    }),
    route({
      ...described,
      method: 'POST',
      path: '/v1/people/:id/disable',
      operation: 'disable_person',
      acts: ['person.disabled'],
      takesAway: true,
      summary: 'Disable a person',
      description:
        'They cannot log in, and their tokens are refused: at once in the process that answers, and within ten seconds in all others.',
      handleOnce: (request, tx) => change(tx, request, { isDisabled: true }),
    }),
    route({
      ...described,
      method: 'POST',
      path: '/v1/people/:id/enable',
      operation: 'enable_person',
      acts: ['person.enabled'],
      summary: 'Enable a person again',
      handleOnce: (request, tx) => change(tx, request, { isDisabled: false }),
    }),
  ]
}

type OnPerson = Pick<RouteRequest<{ readonly id: string }>, 'params' | 'caller' | 'refuse' | 'record'>

/** What ended is refused here at once, and stays so. */
function noting({ oauth }: Deps) {
  return onceCommitted<Parameters<Oauth['sessionsEnded']>[0]>(oauth.sessionsEnded)
}

function resetRoute(deps: Deps): Route {
  const { keep, afterCommit } = noting(deps)
  return route({
    ...{ ...onPerson, afterCommit },
    method: 'POST',
    path: '/v1/people/:id/reset',
    operation: 'reset_person',
    acts: ['person.reset'],
    summary: 'Give a person a new setup code',
    description:
      'With it, the person chooses a password and sets up a second factor again, within 24 hours. Then all their sessions end. Until then, nothing changes, except that failed logins are forgotten.',
    answers: { 200: invitedSchema },
    problems: [...unreachable, 'person_disabled'],
    handleOnce: async (request, tx) => {
      const { params, caller, refuse, record } = request
      const on = { id: idOf(params), caller, record, requireLatest: deps.oauth.requireLatest.person }
      const reset = await resetPerson(tx, on)
      if (!reset.ok) return refuse(reset.refusal)
      keep(request, { person: await readStored(tx, on.id) })
      return withCode(200, reset.value)
    },
  })
}

function endSessionsRoute(deps: Deps): Route {
  const { keep, afterCommit } = noting(deps)
  return route({
    ...{ ...onPerson, afterCommit },
    method: 'POST',
    path: '/v1/people/:id/end-sessions',
    operation: 'end_person_sessions',
    acts: ['person.sessions_ended'],
    takesAway: true,
    summary: 'End sessions of a person',
    description:
      'One, or all. Their tokens are refused: at once in the process that answers, and within ten seconds in all others.',
    body: endSessionsSchema,
    answers: { 200: personSchema },
    problems: [...unreachable, 'session_not_found'],
    handleOnce: async (request, tx) => {
      const { params, body, caller, refuse, record } = request
      const session = body.session === undefined ? undefined : (decodeId(idPrefix.personSession, body.session) ?? '')
      const on = { id: idOf(params), caller, record, requireLatest: deps.oauth.requireLatest.person }
      const ended = await endSessions(tx, { ...on, session })
      if (!ended.ok) return refuse(ended.refusal)
      keep(request, session === undefined ? { person: await readStored(tx, on.id) } : { session })
      return answer(200, personView(ended.value))
    },
  })
}

function idOf({ id }: { readonly id: string }) {
  return decodeId(idPrefix.person, id) ?? ''
}

function withCode(status: number, { person, code }: Invited) {
  return shownOnce(status, { view: personView(person), secret: { setup_code: code } })
}
