import type { GrantRecords } from './token-records.ts'

/** A person as tokens have to know it. */
export type PersonAccount = {
  readonly id: string
  /** Rises when all that the person has must end. */
  readonly generation: number
  readonly claims: Readonly<Record<string, string>>
}

/** Of the generation in which they have proved who they are. A proof opens one session, which has the id. */
export type ProvedPerson = { readonly person: string; readonly generation: number; readonly session: string }

export type OpenedSession = { readonly id: string; readonly permissions: readonly string[] }

/** The people who log in, and their sessions: one for each login. */
export type PeopleAccounts = {
  readonly records: GrantRecords
  /** With a session, undefined once that has ended. */
  readonly find: (wanted: {
    readonly person: string
    readonly session: string | undefined
  }) => Promise<PersonAccount | undefined>
  /**
   * Called once the person has proved who they are. Undefined: this person may not use this client, what they have
   * proved is of another generation by now, or it has opened its session before.
   */
  readonly openSession: (login: ProvedPerson & { readonly client: string }) => Promise<OpenedSession | undefined>
}
