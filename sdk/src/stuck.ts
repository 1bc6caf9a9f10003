import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Stuck, StuckAction, StuckReason, StuckWithActs } from './types.ts'
import type { WirePage } from './wire.ts'

export type ListStuck = PageParams & {
  /** Default: `open`. */
  readonly state?: 'open' | 'resolved' | 'all'
  readonly reason?: StuckReason
  readonly owner?: string
  readonly subject_type?: Stuck['subject']['type']
  /** Only cases that are or were open for more than this number of seconds. */
  readonly older_than?: number
}

/** `revision`: that of the case which you have read. If it has changed since, the call throws `stuck_entry_changed`. */
export type DecideStuck = CallOptions & { readonly revision?: number }

/**
 * Cases that need an operator. `actions` of a case lists the actions allowed now. Any other action throws a MunimError
 * with `stuck_action_not_allowed`; an action during another one throws `stuck_being_decided`.
 */
export type StuckList = {
  /** Newest first. */
  readonly list: (params?: ListStuck, options?: CallOptions) => Pages<Stuck>
  /** The case with the actions of operators on it. */
  readonly get: (id: string, options?: CallOptions) => Promise<StuckWithActs>
  /** Retries work that has certainly not happened. */
  readonly retry: (id: string, options?: DecideStuck) => Promise<Stuck>
  /** Inquires at the rail again. */
  readonly inquire: (id: string, options?: DecideStuck) => Promise<Stuck>
  /** States the outcome; needs an admin key. `evidence`: the source of the outcome, at least 10 characters. */
  readonly force: (
    id: string,
    outcome: { readonly outcome: 'succeeded' | 'failed'; readonly evidence: string; readonly revision?: number },
    options?: CallOptions,
  ) => Promise<Stuck>
  /** Returns money that has arrived. */
  readonly reverse: (id: string, options?: DecideStuck) => Promise<Stuck>
  /** Sets the owner of the case. */
  readonly reassign: (id: string, owner: string, options?: CallOptions) => Promise<Stuck>
  /** Adds a note to the case. */
  readonly note: (id: string, text: string, options?: CallOptions) => Promise<Stuck>
}

export function createStuckList(transport: Transport): StuckList {
  const pathOf = (id: string, rest = '') => `/v1/stuck/${encodeURIComponent(id)}${rest}`
  const act = (action: StuckAction, id: string, body: object, options: CallOptions | undefined) =>
    transport.send<Stuck>({ method: 'POST', path: pathOf(id, `/${action}`), body }, options)
  const decide = (action: StuckAction, id: string, { revision, ...options }: DecideStuck = {}) =>
    act(action, id, revision === undefined ? {} : { revision }, options)
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
    retry: (id, options) => decide('retry', id, options),
    inquire: (id, options) => decide('inquire', id, options),
    force: (id, outcome, options) => act('force', id, outcome, options),
    reverse: (id, options) => decide('reverse', id, options),
    reassign: (id, owner, options) => act('reassign', id, { owner }, options),
    note: (id, text, options) => act('note', id, { text }, options),
  }
}
