import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import { createDirectory, type Directory, type DirectoryDeps } from '../directory.ts'
import type { PersonSession } from './person.ts'
import { findSession } from './session-store.ts'

/**
 * Finds none that has ended, or whose person or client has. `forget` must be called after a session, a person or a client
 * was ended or changed.
 */
export type SessionDirectory = Pick<Directory<Uuid, PersonSession>, 'find' | 'forget'>

type SessionDeps = DirectoryDeps & {
  readonly database: Database
  /** Whether this process knows that it has ended, although the database may not. */
  readonly isOver: (session: PersonSession) => boolean
}

export function createSessionDirectory({ database, isOver, ...deps }: SessionDeps): SessionDirectory {
  const sessions = createDirectory({ ...deps, readOne: (id: Uuid) => findSession(database, id) })
  const inForce = (session: PersonSession | undefined) =>
    session === undefined || isOver(session) ? undefined : session
  return {
    find: (id) => {
      const found = sessions.find(id)
      return found instanceof Promise ? found.then(inForce) : inForce(found)
    },
    forget: sessions.forget,
  }
}
