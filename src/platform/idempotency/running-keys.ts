import type { IdempotentRequest } from './idempotency.ts'

/** Keys of requests running in this process. A duplicate is refused at once. Between processes the database decides. */
export type RunningKeys = {
  /** Takes the key; false when a running request has it. */
  readonly enter: (request: IdempotentRequest) => boolean
  readonly leave: (request: IdempotentRequest) => void
}

export function createRunningKeys(): RunningKeys {
  const running = new Set<string>()
  return {
    enter: (request) => {
      const name = nameOf(request)
      if (running.has(name)) return false
      running.add(name)
      return true
    },
    leave: (request) => {
      running.delete(nameOf(request))
    },
  }
}

function nameOf(request: IdempotentRequest): string {
  return `${request.book} ${request.key}`
}
