import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { Approval, ApprovalRules, ListApprovals, SetApprovalRules } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/**
 * What waits for a second person. A call that must wait throws a `MunimError` with the code `second_person_needed`, and
 * `problem.approval` names what waits.
 */
export type Approvals = {
  readonly get: (id: string, options?: CallOptions) => Promise<Approval>
  /** Newest first. */
  readonly list: (params?: ListApprovals, options?: CallOptions) => Pages<Approval>
  /** By a person alone, who is independent of who asked. */
  readonly approve: (id: string, options?: CallOptions) => Promise<Approval>
  readonly reject: (id: string, options?: CallOptions) => Promise<Approval>
  /** By who asked. */
  readonly withdraw: (id: string, options?: CallOptions) => Promise<Approval>
  /** By who asked: makes the approved request again, and returns its answer. */
  readonly carryOut: (id: string, options?: CallOptions) => Promise<unknown>
  readonly rules: (options?: CallOptions) => Promise<ApprovalRules>
  /** Replaces the rules of the book. Without permissions, nothing waits. */
  readonly setRules: (rules: SetApprovalRules, options?: CallOptions) => Promise<ApprovalRules>
}

export function createApprovals({ call, list, again }: Api): Approvals {
  const get = (id: string, options?: CallOptions) => call('get_approval', { params: { id } }, options)
  return {
    get,
    list: (query, options) => list('list_approvals', { query }, options),
    approve: (id, options) => call('approve_approval', { params: { id } }, options),
    reject: (id, options) => call('reject_approval', { params: { id } }, options),
    withdraw: (id, options) => call('withdraw_approval', { params: { id } }, options),
    carryOut: async (id, options) => again(await get(id, options), options),
    rules: (options) => call('get_approval_rules', {}, options),
    setRules: (body, options) => call('set_approval_rules', { body }, options),
  }
}
