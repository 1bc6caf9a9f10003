import type { RailName } from '../operations/operation.ts'
import type { Journal } from './journal.ts'

/** Keys whose submission had no effect because of a fault: a repetition succeeds as usual. */
export type ForgottenKeys = {
  readonly has: (rail: RailName, key: string) => boolean
  readonly add: (rail: RailName, key: string) => void
  readonly all: () => Iterable<string>
  readonly restore: (railAndKey: string) => void
}

/** Keeps at least `retain` keys, and at most twice as many. */
export function createForgottenKeys(journal: () => Journal, retain: number): ForgottenKeys {
  let recent = new Set<string>()
  let earlier = new Set<string>()
  const put = (railAndKey: string) => {
    if (recent.size >= retain) {
      earlier = recent
      recent = new Set()
    }
    recent.add(railAndKey)
  }
  return {
    has: (rail, key) => recent.has(`${rail}:${key}`) || earlier.has(`${rail}:${key}`),
    add: (rail, key) => {
      put(`${rail}:${key}`)
      journal().write(['forgotten', `${rail}:${key}`])
    },
    all: () => [...earlier, ...recent],
    restore: put,
  }
}
