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

export function createSessionDirectory({
  database,
  ...deps
}: DirectoryDeps & { readonly database: Database }): SessionDirectory {
  return createDirectory({ ...deps, readOne: (id: Uuid) => findSession(database, id) })
}
