import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { ListEvents as ListOrFollowEvents } from './schemas.generated.ts'
import { type CallOptions, pause } from './transport.ts'
import type { EventType, MunimEvent } from './types.ts'

export type ListEvents = Omit<ListOrFollowEvents, 'after'>

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

export function createEvents(api: Api): Events {
  return {
    list: (query, options) => api.list('list_events', { query }, options),
    follow: (params = {}, options = {}) => follow(api, params, options),
  }
}

async function* follow(
  { call }: Api,
  { after, types, pollMs = 1000 }: FollowEvents,
  options: CallOptions,
): AsyncGenerator<MunimEvent, void, void> {
  const common = { limit: 100, ...(types === undefined ? {} : { types }) }
  let place: object = { after: after ?? (await newestEvent(call, options)) }
  for (;;) {
    const { data, has_more, next_cursor } = await call('list_events', { query: { ...common, ...place } }, options)
    yield* data
    // With filtered types, a page may be empty although more follow, so continue from the cursor.
    if (has_more && next_cursor !== null) place = { cursor: next_cursor }
    else {
      const last = data.at(-1)
      if (last) place = { after: last.id }
      await pause(pollMs, options.signal)
    }
  }
}

async function newestEvent(call: Api['call'], options: CallOptions): Promise<string> {
  // An event of any type: only its place in the feed matters.
  const { data } = await call('list_events', { query: { limit: 1 } }, options)
  return data[0]?.id ?? feedStart
}
