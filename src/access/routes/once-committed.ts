import type { Answer } from '#platform/http'

/** What the transaction of a request has changed is noted once it is committed. A refusal and a replay change nothing. */
export function onceCommitted<Changed>(note: (changed: Changed | undefined) => void) {
  const changes = new WeakMap<object, Changed>()
  return {
    keep: (request: object, changed: Changed): void => {
      changes.set(request, changed)
    },
    afterCommit: (request: object, kept: Answer): Answer => {
      note(kept.status < 300 ? changes.get(request) : undefined)
      return kept
    },
  }
}
