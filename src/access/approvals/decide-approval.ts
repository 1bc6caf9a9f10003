import { accepted, assert, encodeId, idPrefix, type Result, type Uuid } from '#kernel'
import type { Caller } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import { requireKeyInForce } from '../key-in-force.ts'
import { refuse } from '../refusals.ts'
import type { Approval } from './approval.ts'
import { findApproval, lockApproval, storeDecision, withdraw } from './approval-store.ts'
import { couldBeOne } from './approver-store.ts'

type Undecided =
  | 'approval_not_found'
  | 'approval_not_open'
  | 'person_needed'
  | 'permission_beyond_own'
  | 'not_independent'
export type DecideApproval = { readonly id: Uuid; readonly caller: Caller; readonly state: 'approved' | 'rejected' }
type Decided = { readonly before: Approval; readonly after: Approval }

/**
 * A person approves or rejects what another caller of the book asked for. Refuses, in this order, `approval_not_found`,
 * `person_needed`, `approval_not_open`, `permission_beyond_own` and `not_independent`; throws when the login of the person has ended.
 */
export async function decideApproval(
  tx: Transaction,
  { id, caller, state }: DecideApproval,
): Promise<Result<Decided, Undecided>> {
  await requireKeyInForce(tx, caller.principal)
  const before = await lockOwn(tx, { id, caller })
  if (before === undefined) return refuse('approval_not_found')
  if (caller.principal.kind !== 'person') return refuse('person_needed')
  // What was approved can still be rejected, until it is done.
  const isOpen = before.state === 'open' || (before.state === 'approved' && state === 'rejected')
  if (!isOpen) return refuse('approval_not_open')
  const { asker, ofAnyBook } = before
  if (ofAnyBook && !caller.permissions.has('books:any')) return refuse('permission_beyond_own')
  if (await couldBeOne(tx, { one: asker, other: caller.principal })) return refuse('not_independent')
  await storeDecision(tx, { id, state, by: caller.principal.id, name: caller.name })
  return accepted({ before, after: await reread(tx, id) })
}

/** Who asked wants it no more. Refuses `approval_not_found`, also to others, then `approval_not_open`. */
export async function withdrawApproval(
  tx: Transaction,
  { id, caller }: Pick<DecideApproval, 'id' | 'caller'>,
): Promise<Result<Decided, 'approval_not_found' | 'approval_not_open'>> {
  const before = await lockOwn(tx, { id, caller })
  if (before?.asker.id !== caller.principal.id) return refuse('approval_not_found')
  if (before.state !== 'open' && before.state !== 'approved') return refuse('approval_not_open')
  await withdraw(tx, id)
  return accepted({ before, after: await reread(tx, id) })
}

async function lockOwn(tx: Transaction, { id, caller }: Pick<DecideApproval, 'id' | 'caller'>) {
  const found = await lockApproval(tx, id)
  return found?.book === caller.book.number ? found : undefined
}

async function reread(tx: Transaction, id: Uuid): Promise<Approval> {
  const found = await findApproval(tx, id)
  assert(found !== undefined, `${encodeId(idPrefix.approval, id)} is there`)
  return found
}
