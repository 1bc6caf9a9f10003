import { decodeCase } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ActedOnCases, ActOnCases, Case, CaseAct, CaseAction, CaseReason, CaseWithActs } from './types.ts'
import type { WireCase, WireCaseAct, WireCaseWithActs, WirePage } from './wire.ts'

export type ListCases = PageParams & {
  /** Default: `open`. */
  readonly state?: 'open' | 'resolved' | 'all'
  readonly queue?: Case['queue']
  readonly reason?: CaseReason
  readonly owner?: string
  readonly priority?: Case['priority']
  readonly subject_type?: Case['subject']['type']
  /** The public id of a payment, refund and so on. */
  readonly subject_id?: string
  readonly overdue?: boolean
  /** Only cases that are or were open for more than this number of seconds. */
  readonly older_than?: number
}

/** `revision` is that of the case that you read. If it has changed since, the call throws `case_changed`. */
export type ActOnCaseOptions = CallOptions & { readonly revision?: number }

/**
 * Cases: work for operators. `actions` of a case lists the actions allowed now. Any other action throws a MunimError
 * with `case_action_not_allowed`. An action during another one throws `case_being_acted_on`. An action on a case that
 * waits for a newer one of the same subject throws `case_waits`.
 */
export type Cases = {
  /** Newest first. */
  readonly list: (params?: ListCases, options?: CallOptions) => Pages<Case>
  /** The case and the newest 100 actions of operators on it. */
  readonly get: (id: string, options?: CallOptions) => Promise<CaseWithActs>
  /** The actions of operators on the case, newest first. */
  readonly acts: (id: string, params?: PageParams, options?: CallOptions) => Pages<CaseAct>
  /** Retries work that has certainly not happened. */
  readonly retry: (id: string, options?: ActOnCaseOptions) => Promise<Case>
  /** Inquires at the rail again. */
  readonly inquire: (id: string, options?: ActOnCaseOptions) => Promise<Case>
  /** States the outcome; needs an admin key. `evidence`: the source of the outcome, at least 10 characters. */
  readonly force: (
    id: string,
    outcome: { readonly outcome: 'succeeded' | 'failed'; readonly evidence: string; readonly revision?: number },
    options?: CallOptions,
  ) => Promise<Case>
  /** Refunds money that has arrived. */
  readonly reverse: (id: string, options?: ActOnCaseOptions) => Promise<Case>
  /** Sets the owner of the case. */
  readonly reassign: (id: string, change: { readonly owner: string }, options?: CallOptions) => Promise<Case>
  /** Adds a note to the case. */
  readonly note: (id: string, note: { readonly text: string }, options?: CallOptions) => Promise<Case>
  /**
   * The same action on up to 100 cases. A case that refuses or fails does not stop the others: `data` has each result.
   * A retry of the call continues with the cases that are not done.
   */
  readonly actOnMany: (request: ActOnCases, options?: CallOptions) => Promise<ActedOnCases>
}

export function createCases(transport: Transport): Cases {
  const pathOf = (id: string) => `/v1/cases/${encodeURIComponent(id)}`
  const act = async (action: CaseAction, id: string, body: object, options: CallOptions | undefined): Promise<Case> =>
    decodeCase(await transport.send<WireCase>({ method: 'POST', path: `${pathOf(id)}/${action}`, body }, options))
  const actAt = (action: CaseAction, id: string, { revision, ...options }: ActOnCaseOptions = {}) =>
    act(action, id, revision === undefined ? {} : { revision }, options)
  return {
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireCase>>(
            { method: 'GET', path: '/v1/cases', query: toQuery({ ...params, ...page }) },
            call,
          ),
        decodeCase,
        params ?? {},
        options,
      ),
    get: async (id, options) =>
      decodeCase(await transport.send<WireCaseWithActs>({ method: 'GET', path: pathOf(id) }, options)),
    acts: (id, params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireCaseAct>>(
            { method: 'GET', path: `${pathOf(id)}/acts`, query: toQuery({ ...params, ...page }) },
            call,
          ),
        (act) => act,
        params ?? {},
        options,
      ),
    retry: (id, options) => actAt('retry', id, options),
    inquire: (id, options) => actAt('inquire', id, options),
    force: (id, outcome, options) => act('force', id, outcome, options),
    reverse: (id, options) => actAt('reverse', id, options),
    reassign: (id, change, options) => act('reassign', id, change, options),
    note: (id, note, options) => act('note', id, note, options),
    actOnMany: (body, options) =>
      transport.send<ActedOnCases>({ method: 'POST', path: '/v1/cases/actions', body }, options),
  }
}
