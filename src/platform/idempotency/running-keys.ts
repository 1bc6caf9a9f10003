import type { IdempotencyClaim } from './idempotency.ts'

/** Keys of requests running in this process. A duplicate is refused at once. Between processes the database decides. */
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
