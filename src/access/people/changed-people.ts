import type { Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { remember } from '../remember.ts'
import type { Person, PersonSession } from './person.ts'
import { endSessionsAgain, restorePeople, useCodesAgain, useStepsAgain } from './restore-people.ts'
import type { StoredPerson } from './stored-person.ts'

/** Of each kind: the newest. */
const knownMax = 10_000

export type UsedCode = { readonly id: Uuid; readonly hash: Buffer }

/** What this process has taken from people, or used up. It stays so, also on a server that lacks it. */
export type ChangedPeople = {
  /** Must be called after the change was committed. */
  readonly changed: (person: StoredPerson) => void
  /** Must be called after a session was ended by itself. */
  readonly sessionEnded: (id: Uuid) => void
  readonly isOver: (session: Pick<PersonSession, 'id' | 'person' | 'generation'>) => boolean
  /** Throws a retryable Fault for a row that lacks a change by this process. It is about to be written again. */
  readonly requireLatest: (person: Pick<Person, 'id' | 'revision'>) => void
  /** Uses up a step of one-time codes. `use` does it in the database. False when it, or a later one, was used before. */
  readonly useStep: (
    used: { readonly id: Uuid; readonly step: number },
    use: () => Promise<boolean>,
  ) => Promise<boolean>
  /** The same, of a recovery code. */
  readonly useCode: (used: UsedCode, use: () => Promise<boolean>) => Promise<boolean>
  readonly writeAgain: (database: Database) => Promise<void>
}

export function createChangedPeople(): ChangedPeople {
  const people = new Map<Uuid, StoredPerson>()
  const ended = new Map<Uuid, true>()
  const steps = new Map<Uuid, number>()
  const codes = new Map<string, UsedCode>()
  return {
    changed: (person) => {
      const known = people.get(person.id)
      if (known === undefined || known.revision < person.revision) remember(people, knownMax, person.id, person)
    },
    sessionEnded: (id) => remember(ended, knownMax, id, true),
    isOver: ({ id, person, generation }) => ended.has(id) || generation < (people.get(person)?.generation ?? 0),
    requireLatest: ({ id, revision }) => {
      if (revision < (people.get(id)?.revision ?? 0n)) throw behind()
    },
    useStep: async ({ id, step }, use) => {
      if (step <= (steps.get(id) ?? 0) || !(await use())) return false
      remember(steps, knownMax, id, step)
      return true
    },
    useCode: async (used, use) => {
      const name = `${used.id} ${used.hash.toString('base64url')}`
      if (codes.has(name) || !(await use())) return false
      remember(codes, knownMax, name, used)
      return true
    },
    // Each locks rows of its own, and nothing after the log of acts.
    writeAgain: async (database) => {
      await database.transaction((tx) => restorePeople(tx, [...people.values()]))
      await database.transaction((tx) => useStepsAgain(tx, steps))
      await database.transaction((tx) => useCodesAgain(tx, [...codes.values()]))
      await database.transaction((tx) => endSessionsAgain(tx, [...ended.keys()]))
    },
  }
}

/** For a row that lacks a change by this process. */
export function behind(): Fault {
  const message = 'Another database server took over, and what it lacks is being written again. Try again in a second.'
  return new Fault({ code: 'change_behind', message, retryable: true })
}
