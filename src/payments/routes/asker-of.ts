import type { RouteRequest } from '#platform/http'
import type { Asker } from '../payments.ts'

export function askerOf({ caller, signal }: Pick<RouteRequest, 'caller' | 'signal'>): Asker {
  return {
    get aborted() {
      return signal.aborted
    },
    sender: { group: caller.book.number, sender: caller.keyId },
  }
}
