/** The metadata of accounts as it is now: number, book, JSON text. */
export const latestAccountMetadata = `SELECT account.number, account.book_id, latest.metadata
  FROM (SELECT DISTINCT ON (account) account, metadata FROM ledger.account_settings ORDER BY account, version DESC) latest
  JOIN ledger.accounts AS account ON account.number = latest.account
  WHERE latest.metadata IS NOT NULL`

/** The pairs of metadata's JSON text; what is no text, which only tampering puts there, is left out. */
export function metadataPairs(text: string): [string, string][] {
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null) return []
  return Object.entries(parsed).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
}
