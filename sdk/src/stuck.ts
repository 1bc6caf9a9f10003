import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Stuck, StuckAction, StuckReason, StuckWithActs } from './types.ts'
import type { WirePage } from './wire.ts'

export type ListStuck = PageParams & {
  /** `open` when not given. */
  readonly state?: 'open' | 'resolved' | 'all'
  readonly reason?: StuckReason
  readonly owner?: string
  readonly subject_type?: Stuck['subject']['type']
  /** Only what has been open, or was, for more seconds than this. */
  readonly older_than?: number
}

/**
 * What needs a person. `actions` of an entry says what may be done; anything else throws a MunimError
 * with `stuck_action_not_allowed`, and a second decision `stuck_being_decided`.
 */
export type StuckList = {
  /** Newest first. */
  readonly list: (params?: ListStuck, options?: CallOptions) => Pages<Stuck>
  /** The entry with what people did about it. */
  readonly get: (id: string, options?: CallOptions) => Promise<StuckWithActs>
  /** Tries again what has certainly not happened. */
  readonly retry: (id: string, options?: CallOptions) => Promise<Stuck>
  /** Asks the rail once more. */
  readonly inquire: (id: string, options?: CallOptions) => Promise<Stuck>
  /** States the outcome; needs an admin key. `evidence`: what it was seen in, at least 10 characters. */
  readonly force: (
    id: string,
    outcome: { readonly outcome: 'succeeded' | 'failed'; readonly evidence: string },
    options?: CallOptions,
  ) => Promise<Stuck>
  /** Gives back what arrived. */
  readonly reverse: (id: string, options?: CallOptions) => Promise<Stuck>
  /** Says who sees to it. */
  readonly reassign: (id: string, owner: string, options?: CallOptions) => Promise<Stuck>
  /** Writes something down about it. */
  readonly note: (id: string, text: string, options?: CallOptions) => Promise<Stuck>
}

export function createStuckList(transport: Transport): StuckList {
  const pathOf = (id: string, rest = '') => `/v1/stuck/${encodeURIComponent(id)}${rest}`
  const act = (action: StuckAction, id: string, body: object, options: CallOptions | undefined) =>
    transport.send<Stuck>({ method: 'POST', path: pathOf(id, `/${action}`), body }, options)
  return {
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<Stuck>>(
            { method: 'GET', path: '/v1/stuck', query: toQuery({ ...params, ...page }) },
            call,
          ),
        (entry) => entry,
        params ?? {},
        options,
      ),
    get: (id, options) => transport.send<StuckWithActs>({ method: 'GET', path: pathOf(id) }, options),
    retry: (id, options) => act('retry', id, {}, options),
    inquire: (id, options) => act('inquire', id, {}, options),
    force: (id, outcome, options) => act('force', id, outcome, options),
    reverse: (id, options) => act('reverse', id, {}, options),
    reassign: (id, owner, options) => act('reassign', id, { owner }, options),
    note: (id, text, options) => act('note', id, { text }, options),
  }
}
