import { decodeEvent } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import { type CallOptions, pause, type Transport } from './transport.ts'
import type { EventType, MunimEvent } from './types.ts'
import type { WireEvent, WirePage } from './wire.ts'

export type ListEvents = PageParams & { readonly types?: readonly EventType[] }

/** The id before every event: pass it as `after` to follow all events from the beginning. */
export const feedStart = `evt_${'0'.repeat(26)}`

export type FollowEvents = {
  /**
   * The last event that you handled, or {@link feedStart}. Default: only new events, possibly including some of
   * requests answered a moment ago.
   */
  readonly after?: string
  readonly types?: readonly EventType[]
  /** The wait when there are no new events; default 1,000 ms. */
  readonly pollMs?: number
}

export type Events = {
  /** Newest first. */
  readonly list: (params?: ListEvents, options?: CallOptions) => Pages<MunimEvent>
  /**
   * The change feed, oldest first. It never ends: it polls for new events. Store the id of the last event that you
   * handled, and pass it as `after` to continue. To stop, break the loop or abort `options.signal`, which rejects with
   * the signal's reason.
   */
  readonly follow: (params?: FollowEvents, options?: CallOptions) => AsyncGenerator<MunimEvent, void, void>
}

export function createEvents(transport: Transport): Events {
  const load = (query: ListEvents & { readonly after?: string }, options?: CallOptions) =>
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
  const common = { limit: 100, ...(types === undefined ? {} : { types }) }
  let place: object = { after: after ?? (await newestEvent(load, options)) }
  for (;;) {
    const { data, has_more, next_cursor } = await load({ ...common, ...place }, options)
    for (const event of data) yield decodeEvent(event)
    // With filtered types, a page may be empty although more follow, so continue from the cursor.
    if (has_more && next_cursor !== null) place = { cursor: next_cursor }
    else {
      const last = data.at(-1)
      if (last) place = { after: last.id }
      await pause(pollMs, options.signal)
    }
  }
}

async function newestEvent(
  load: (query: object, options: CallOptions) => Promise<WirePage<WireEvent>>,
  options: CallOptions,
): Promise<string> {
  // An event of any type: only its place in the feed matters.
  const { data } = await load({ limit: 1 }, options)
  return data[0]?.id ?? feedStart
}
