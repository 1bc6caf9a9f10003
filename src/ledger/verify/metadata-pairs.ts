/** SQL for number, book and current metadata of accounts. */
export const latestAccountMetadata = `select account.number, account.book_id, latest.metadata
  from (select distinct on (account) account, metadata from ledger.account_settings order by account, version desc) latest
  join ledger.accounts as account on account.number = latest.account
  where latest.metadata is not null`

/** Omits values that are not text, which only tampering creates. */
export function metadataPairs(text: string): [string, string][] {
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null) return []
  return Object.entries(parsed).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
}
