import type { SnapshotReader } from '#platform/postgres'
import type { MetadataOwner } from '../metadata-term.ts'
import { metadataTerm } from '../metadata-term.ts'
import { accountMark, type Findings, transferMark } from './findings.ts'
import { latestAccountMetadata, metadataPairs } from './metadata-pairs.ts'
import { bucketSql } from './row-set-digest.ts'

/*
 * Which rows differ, once a digest has told that some do. These statements compare whole tables;
 * they run only on books that have been tampered with.
 */

/** As many as a check lists, and one to tell that there are more. */
const rowsMax = 21

/** Finds open holds that no pending transfer has, and pending transfers without a hold or an end. */
export async function explainHolds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ expected: bigint | null; found: bigint | null }>({
    text: `SELECT pending.position AS expected, hold.transfer AS found
      FROM (
        SELECT position, book_id, expires_at FROM ledger.transfers
        WHERE flags < 4 AND flags & 1 = 1
          AND NOT EXISTS (SELECT FROM ledger.resolutions WHERE resolutions.transfer = transfers.position)
      ) pending
      FULL JOIN ledger.holds AS hold ON hold.book_id = pending.book_id AND hold.transfer = pending.position
      WHERE pending.position IS NULL OR hold.transfer IS NULL OR hold.expires_at IS DISTINCT FROM pending.expires_at
      LIMIT ${rowsMax}`,
  })
  for (const { expected, found } of rows) {
    if (expected === null) findings.add('holds', `${transferMark(found ?? 0n)} is held open, but is not pending`)
    else if (found === null) findings.add('holds', `${transferMark(expected)} is pending, but is not held open`)
    else findings.add('holds', `${transferMark(found)} is held open until another time than it says`)
  }
  if (rows.length === 0) findings.add('holds', 'pending transfers and their ends do not match the open holds')
}

/** Finds backdated entries that are not listed as such, and listed ones that are not, or say otherwise. */
export async function explainBackdated(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ account: bigint; version: bigint; expected: boolean; found: boolean }>({
    text: `SELECT coalesce(entry.account, listed.account) AS account, coalesce(entry.version, listed.version) AS version,
        entry.account IS NOT NULL AS expected, listed.account IS NOT NULL AS found
      FROM (
        SELECT entry.account, entry.version, entry.position, entry.recorded_at, entry.posted_delta, transfer.effective_at
        FROM ledger.entries AS entry
        JOIN ledger.accounts AS account ON account.number = entry.account
        JOIN ledger.transfers AS transfer
          ON transfer.book_id = account.book_id AND transfer.position = entry.transfer AND transfer.flags < 4
        WHERE transfer.flags & 2 = 2 AND transfer.effective_at < entry.recorded_at AND entry.posted_delta <> 0
      ) entry
      FULL JOIN ledger.backdated_entries AS listed
        ON listed.account = entry.account AND listed.version = entry.version
        AND listed.effective_at = entry.effective_at AND listed.recorded_at = entry.recorded_at
        AND listed.posted_delta = entry.posted_delta AND listed.position = entry.position
      WHERE entry.account IS NULL OR listed.account IS NULL
      LIMIT ${rowsMax}`,
  })
  for (const { account, version, expected } of rows) {
    const entry = `version ${version} of ${accountMark(account)}`
    if (expected) findings.add('backdated_entries', `${entry} is backdated, but is not listed so`)
    else findings.add('backdated_entries', `${entry} is listed as backdated with what its entry does not say`)
  }
  if (rows.length === 0) findings.add('backdated_entries', 'the list of backdated entries does not match the entries')
}

type Term = { readonly name: string; readonly pair: string }

/** Finds terms that are missing, and terms of which nothing is known, in the buckets that differ. */
export async function explainTerms(
  reader: SnapshotReader,
  findings: Findings,
  differing: readonly number[],
): Promise<void> {
  // Enough to show where it is wrong; a table that is wrong everywhere is not listed in full.
  const within = (key: string) => `${bucketSql(key)} IN (${differing.slice(0, rowsMax).join(', ')})`
  const expected = new Map<string, Term>()
  const expect = (owner: MetadataOwner, key: bigint, book: number, metadata: string): void => {
    for (const [name, value] of metadataPairs(metadata)) {
      const of = owner === 'transfer' ? transferMark(key) : accountMark(key)
      expected.set(`${metadataTerm(book, owner, name, value)} ${key}`, { name: of, pair: `${name}=${value}` })
    }
  }
  const transfers = `SELECT position, book_id, metadata FROM ledger.transfers
    WHERE metadata IS NOT NULL AND flags < 4 AND ${within('position')}`
  await reader.eachRow(transfers, (row) => expect('transfer', row.bigint8(0), row.int4(1), row.text(2)))
  await reader.eachRow(`${latestAccountMetadata} AND ${within('account.number')}`, (row) =>
    expect('account', row.bigint8(0), row.int4(1), row.text(2)),
  )
  await reader.eachRow(`SELECT term, position FROM ledger.metadata_terms WHERE ${within('position')}`, (row) => {
    if (expected.delete(`${row.bigint8(0)} ${row.bigint8(1)}`)) return
    const place = `term ${row.bigint8(0)} at ${row.bigint8(1)}`
    findings.add('metadata_terms', `${place} stands for no metadata of a transfer or account there`)
  })
  for (const { name, pair } of expected.values()) {
    findings.add('metadata_terms', `${name} has metadata ${pair}, which is not indexed`)
  }
}
