import type { Api } from './api.ts'
import { MunimConnectionError } from './errors.ts'
import type { Pages } from './pages.ts'
import type {
  ChangePerson,
  EndSessions,
  InvitedPerson,
  InvitePerson,
  ListPeople,
  ListPersonSessions,
  Person,
  PersonSession,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** People who log in. No caller gives or takes permissions that it lacks itself. */
export type People = {
  /**
   * Only this answer contains the `setup_code`, with which the person chooses a password. If the answer is lost, this
   * throws an error that names the person to reset.
   */
  readonly invite: (person: InvitePerson, options?: CallOptions) => Promise<InvitedPerson>
  readonly get: (id: string, options?: CallOptions) => Promise<Person>
  readonly list: (params?: ListPeople, options?: CallOptions) => Pages<Person>
  /** Omitted fields stay unchanged. Another role ends all sessions of the person. */
  readonly update: (id: string, change: ChangePerson, options?: CallOptions) => Promise<Person>
  /** Ends all sessions as well, within ten seconds everywhere. */
  readonly disable: (id: string, options?: CallOptions) => Promise<Person>
  readonly enable: (id: string, options?: CallOptions) => Promise<Person>
  /** Only this answer contains the new `setup_code`. */
  readonly reset: (id: string, options?: CallOptions) => Promise<InvitedPerson>
  readonly sessions: (id: string, params?: ListPersonSessions, options?: CallOptions) => Pages<PersonSession>
  /** One session, or all, within ten seconds everywhere. */
  readonly endSessions: (id: string, which?: EndSessions, options?: CallOptions) => Promise<Person>
}

export function createPeople({ call, list }: Api): People {
  const shownOnce = (invited: InvitedPerson): InvitedPerson => {
    if (invited.setup_code !== null) return invited
    // The first answer was lost, and the server does not store the code.
    const lost = new Error(`the setup code of ${invited.id} was lost on the way; reset the person`)
    throw new MunimConnectionError('/v1/people', 1, lost)
  }
  return {
    invite: async (body, options) => shownOnce(await call('invite_person', { body }, options)),
    get: (id, options) => call('get_person', { params: { id } }, options),
    list: (query, options) => list('list_people', { query }, options),
    update: (id, body, options) => call('change_person', { params: { id }, body }, options),
    disable: (id, options) => call('disable_person', { params: { id } }, options),
    enable: (id, options) => call('enable_person', { params: { id } }, options),
    reset: async (id, options) => shownOnce(await call('reset_person', { params: { id } }, options)),
    sessions: (id, query, options) => list('list_person_sessions', { params: { id }, query }, options),
    endSessions: (id, body = {}, options = undefined) => call('end_person_sessions', { params: { id }, body }, options),
  }
}
