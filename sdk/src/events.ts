import { decodeEvent } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import { type CallOptions, pause, type Transport } from './transport.ts'
import type { EventType, MunimEvent } from './types.ts'
import type { WireEvent, WirePage } from './wire.ts'

export type ListEvents = PageParams & { readonly types?: readonly EventType[] }

/** Comes before every event: following after it gives all that ever happened. */
export const feedStart = `evt_${'0'.repeat(26)}`

export type FollowEvents = {
  /** The last event that was dealt with, or {@link feedStart}; without it, what comes to the feed from now on, which may be a moment behind what was answered. */
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
    // A page of chosen types may be empty and yet have more after it, so the cursor leads on.
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
  // Of any type: its place in the feed is what counts.
  const { data } = await load({ limit: 1 }, options)
  return data[0]?.id ?? feedStart
}
