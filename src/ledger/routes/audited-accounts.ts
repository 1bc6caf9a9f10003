import { encodeId, idPrefix } from '#kernel'
import type { Change } from '#platform/http'
import type { Account } from '../commands.ts'

/** What the log of acts has of an account: its settings. */
export function auditedAccount({ state, minAvailable, maxBalance, metadata }: Account) {
  return { state, ...limitsOf({ minAvailable, maxBalance }), metadata }
}

/** The account is its own record, but not of who has set limits that only an administrator sets. */
export function openingOf(account: Account, { isNew }: { readonly isNew: boolean }): Change {
  const after = isNew && hasLimits(account) ? { code: account.code, ...limitsOf(account) } : null
  return { subject: encodeId(idPrefix.account, account.id), before: null, after }
}

/** Like `openingOf`, of many accounts: one row, so that a batch stays fast. */
export function openingsOf(opened: readonly Account[]): Change {
  const limited = opened.filter(hasLimits).map((account) => ({
    ...{ id: encodeId(idPrefix.account, account.id), code: account.code },
    ...limitsOf(account),
  }))
  return { subject: 'accounts', before: null, after: limited.length === 0 ? null : { accounts: limited } }
}

type Limits = Pick<Account, 'minAvailable' | 'maxBalance'>

function hasLimits({ minAvailable, maxBalance }: Limits): boolean {
  return minAvailable === null || minAvailable < 0n || maxBalance !== null
}

function limitsOf({ minAvailable, maxBalance }: Limits) {
  return { min_available: minAvailable?.toString() ?? null, max_balance: maxBalance?.toString() ?? null }
}
