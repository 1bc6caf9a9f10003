import { decodeEvent } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import { type CallOptions, pause, type Transport } from './transport.ts'
import type { EventType, MunimEvent } from './types.ts'
import type { WireEvent, WirePage } from './wire.ts'

export type ListEvents = PageParams & { readonly types?: readonly EventType[] }

export type FollowEvents = {
  /** The last event that was dealt with; without it, what happens from now on. */
  readonly after?: string
  readonly types?: readonly EventType[]
  /** How long to wait when there is nothing new; 1,000 ms. */
  readonly pollMs?: number
}

export type Events = {
  /** Newest first. */
  readonly list: (params?: ListEvents, options?: CallOptions) => Pages<MunimEvent>
  /**
   * The change feed, oldest first, for ever: asks again when it has seen all. Keep the id of the
   * last event you dealt with and give it as `after` to go on; end it by breaking the loop or by
   * `options.signal`, which rejects with the signal's reason.
   */
  readonly follow: (params?: FollowEvents, options?: CallOptions) => AsyncGenerator<MunimEvent, void, void>
}

export function createEvents(transport: Transport): Events {
  const load = (query: PageParams & { after?: string; types?: readonly EventType[] }, options?: CallOptions) =>
    transport.send<WirePage<WireEvent>>({ method: 'GET', path: '/v1/events', query: toQuery(query) }, options)
  return {
    list: (params, options) =>
      createPages((page, call) => load({ ...params, ...page }, call), decodeEvent, params ?? {}, options),
    follow: (params = {}, options = {}) => follow(load, params, options),
  }
}

async function* follow(
  load: (query: object, options: CallOptions) => Promise<WirePage<WireEvent>>,
  { after, types, pollMs = 1000 }: FollowEvents,
  options: CallOptions,
): AsyncGenerator<MunimEvent, void, void> {
  const filter = types === undefined ? {} : { types }
  let last = after
  if (last === undefined) {
    // Any type: the place in the feed is what counts.
    const [newest] = (await load({ limit: 1 }, options)).data
    last = newest?.id
  }
  for (;;) {
    const query = last === undefined ? { ...filter, limit: 100 } : { ...filter, limit: 100, after: last }
    const page = await load(query, options)
    // Without a last event the answer is newest first; there was none when we began.
    const events = last === undefined ? page.data.toReversed() : page.data
    for (const event of events) {
      last = event.id
      yield decodeEvent(event)
    }
    if (!page.has_more) await pause(pollMs, options.signal)
  }
}
