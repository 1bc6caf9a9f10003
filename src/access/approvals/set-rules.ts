import { accepted, type Result } from '#kernel'
import { alwaysMarked, type Permission } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import { refuse } from '../refusals.ts'
import type { ApprovalRules } from './approval.ts'
import { readRules, storeRules } from './approval-store.ts'
import { countApprovers } from './approver-store.ts'

type SetRules = { readonly book: number; readonly permissions: readonly Permission[]; readonly lapseHours: number }
type Changed = { readonly before: ApprovalRules | undefined; readonly after: ApprovalRules | undefined }

/**
 * Without permissions, nothing waits any more. With any, {@link alwaysMarked} are among them. Refuses
 * `too_few_approvers`: a single person could never change anything again.
 */
export async function setRules(
  tx: Transaction,
  { book, permissions, lapseHours }: SetRules,
): Promise<Result<Changed, 'too_few_approvers'>> {
  const before = await readRules(tx, book, true)
  const after =
    permissions.length === 0 ? undefined : { permissions: [...new Set([...alwaysMarked, ...permissions])], lapseHours }
  if (after !== undefined && (await countApprovers(tx, book)) < 2) return refuse('too_few_approvers')
  await storeRules(tx, book, after)
  return accepted({ before, after })
}
