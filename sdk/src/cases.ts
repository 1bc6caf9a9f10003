import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type {
  ActedOnCases,
  ActOnCase,
  ActOnCases,
  Case,
  CaseAct,
  CaseWithActs,
  ForceCase,
  ListCaseActs,
  ListCases,
  NoteOnCase,
  ReassignCase,
  WriteOffCase,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** `revision` is that of the case that you read. If it has changed since, the call throws `case_changed`. */
export type ActOnCaseOptions = CallOptions & ActOnCase

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
  readonly acts: (id: string, params?: ListCaseActs, options?: CallOptions) => Pages<CaseAct>
  /** Retries work that has certainly not happened. */
  readonly retry: (id: string, options?: ActOnCaseOptions) => Promise<Case>
  /** Inquires at the rail again. */
  readonly inquire: (id: string, options?: ActOnCaseOptions) => Promise<Case>
  /** States the outcome; needs an admin key. `evidence`: the source of the outcome, at least 10 characters. */
  readonly force: (id: string, outcome: ForceCase, options?: CallOptions) => Promise<Case>
  /** Refunds money that has arrived. */
  readonly reverse: (id: string, options?: ActOnCaseOptions) => Promise<Case>
  /** Gives the amount up; needs an admin key. Beyond the server's limit, the first call only proposes it. */
  readonly writeOff: (id: string, note: WriteOffCase, options?: CallOptions) => Promise<Case>
  /** Sets the owner of the case. */
  readonly reassign: (id: string, change: ReassignCase, options?: CallOptions) => Promise<Case>
  /** Adds a note to the case. */
  readonly note: (id: string, note: NoteOnCase, options?: CallOptions) => Promise<Case>
  /**
   * The same action on up to 100 cases. A case that refuses or fails does not stop the others: `data` has each result.
   * A retry of the call continues with the cases that are not done.
   */
  readonly actOnMany: (request: ActOnCases, options?: CallOptions) => Promise<ActedOnCases>
}

export function createCases({ call, list }: Api): Cases {
  const params = (id: string) => ({ params: { id } })
  const actAt =
    (operation: 'retry_case' | 'inquire_case' | 'reverse_case') =>
    (id: string, { revision, ...options }: ActOnCaseOptions = {}) =>
      call(operation, { ...params(id), body: revision === undefined ? {} : { revision } }, options)
  return {
    list: (query, options) => list('list_cases', { query }, options),
    get: (id, options) => call('get_case', params(id), options),
    acts: (id, query, options) => list('list_case_acts', { ...params(id), query }, options),
    retry: actAt('retry_case'),
    inquire: actAt('inquire_case'),
    force: (id, body, options) => call('force_case', { ...params(id), body }, options),
    reverse: actAt('reverse_case'),
    writeOff: (id, body, options) => call('write_off_case', { ...params(id), body }, options),
    reassign: (id, body, options) => call('reassign_case', { ...params(id), body }, options),
    note: (id, body, options) => call('note_case', { ...params(id), body }, options),
    actOnMany: (body, options) => call('act_on_cases', { body }, options),
  }
}
