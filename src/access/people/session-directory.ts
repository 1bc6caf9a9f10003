import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import { remember } from '../remember.ts'
import type { PersonSession } from './person.ts'
import { findSession } from './session-store.ts'

/** What another process ends is refused within this time. */
const trustMs = 10_000
const refreshMs = 5000
const sessionsMax = 10_000

type KnownSession = { readonly session: PersonSession; readonly knownMs: number; refreshing: boolean }

export type SessionDirectory = {
  /** Undefined once it has ended, or its person or client has. */
  readonly find: (id: Uuid) => PersonSession | undefined | Promise<PersonSession | undefined>
  /** Must be called after a session, a person or a client was ended or changed. All are then read again. */
  readonly forget: () => void
}

/** Reads sessions that are in use again in the background, as the directory of keys does. */
export function createSessionDirectory(deps: {
  readonly database: Database
  readonly nowMs: () => number
  readonly onFault: (error: unknown) => void
}): SessionDirectory {
  const { database, nowMs, onFault } = deps
  const sessions = new Map<Uuid, KnownSession>()
  const running = new Map<Uuid, Promise<PersonSession | undefined>>()
  let epoch = 0

  const lookUp = async (id: Uuid): Promise<PersonSession | undefined> => {
    const begun = epoch
    // The time of the query: the session may end before the answer arrives.
    const knownMs = nowMs()
    const session = await findSession(database, id)
    if (begun !== epoch) return session
    if (session) remember(sessions, sessionsMax, id, { session, knownMs, refreshing: false })
    else sessions.delete(id)
    return session
  }

  const lookUpOnce = (id: Uuid) => {
    const begunBefore = running.get(id)
    if (begunBefore) return begunBefore
    const begun = lookUp(id).finally(() => {
      if (running.get(id) === begun) running.delete(id)
    })
    running.set(id, begun)
    return begun
  }

  return {
    find: (id) => {
      const known = sessions.get(id)
      const ageMs = known ? nowMs() - known.knownMs : Number.POSITIVE_INFINITY
      if (known === undefined || ageMs >= trustMs) return lookUpOnce(id)
      if (ageMs > refreshMs && !known.refreshing) {
        known.refreshing = true
        lookUpOnce(id).catch((error) => {
          known.refreshing = false
          onFault(error)
        })
      }
      return known.session
    },
    forget: () => {
      epoch += 1
      running.clear()
      sessions.clear()
    },
  }
}
