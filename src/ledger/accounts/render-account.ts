import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import type { Account } from '../commands.ts'
import { renderMetadata } from '../transfers/render-metadata.ts'

/** The public JSON text. Only the metadata can hold characters that JSON escapes. */
export function renderAccount(account: Account): string {
  const { minAvailable, maxBalance, posted, pendingOut } = account
  return (
    `{"id":"${encodeId(idPrefix.account, account.id)}","code":"${account.code}","asset":"${account.asset}"` +
    `,"state":"${account.state}"` +
    `,"min_available":${minAvailable === null ? 'null' : `"${minAvailable}"`}` +
    `,"max_balance":${maxBalance === null ? 'null' : `"${maxBalance}"`}` +
    `,"posted":"${posted}","pending":"${pendingOut}","pending_in":"${account.pendingIn}"` +
    `,"available":"${posted - pendingOut}","version":${account.version}` +
    `,"metadata":${renderMetadata(account.metadata)},"created_at":"${formatTimestamp(account.createdAt)}"}`
  )
}
