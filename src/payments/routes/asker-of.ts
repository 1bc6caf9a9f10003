import type { RouteRequest } from '#platform/http'
import type { Asker } from '../payments.ts'

type Asking = Pick<RouteRequest, 'caller' | 'signal'>

export function askerOf(request: Asking): Asker {
  return new RequestAsker(request)
}

/** A class, as an object with a getter of its own costs each request more than a microsecond. */
class RequestAsker implements Asker {
  readonly sender: NonNullable<Asker['sender']>
  readonly #signal: Asking['signal']

  constructor({ caller, signal }: Asking) {
    this.sender = { group: caller.book.number, sender: caller.principal.id }
    this.#signal = signal
  }

  get aborted(): boolean {
    return this.#signal.aborted
  }
}
