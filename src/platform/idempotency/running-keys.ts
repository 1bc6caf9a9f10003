import type { IdempotencyClaim } from './idempotency.ts'

/**
 * The keys of the requests that are running in this process. A second request with the same key is refused at once
 * instead of waiting for the first. Between processes the database decides.
 */
export type RunningKeys = {
  /** Takes the key; false when a running request has it. */
  readonly enter: (claim: IdempotencyClaim) => boolean
  readonly leave: (claim: IdempotencyClaim) => void
}

export function createRunningKeys(): RunningKeys {
  const running = new Set<string>()
  return {
    enter: (claim) => {
      const name = nameOf(claim)
      if (running.has(name)) return false
      running.add(name)
      return true
    },
    leave: (claim) => {
      running.delete(nameOf(claim))
    },
  }
}

function nameOf(claim: IdempotencyClaim): string {
  return `${claim.book} ${claim.key}`
}
