import type { SnapshotReader } from '#platform/postgres'
import { entryKind, entrySide } from '../sealing/journal.ts'
import type { MetadataOwner } from '../transfers/metadata-term.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'
import { accountMark, type Findings, transferMark } from './findings.ts'
import { latestAccountMetadata, metadataPairs } from './metadata-pairs.ts'
import { bucketSql } from './row-set-digest.ts'

/* These statements compare whole tables. They run only after a digest has shown differences, that is, tampering. */

/** One more than a check lists, to show that there are more. */
const rowsMax = 21

export async function explainHolds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ expected: bigint | null; found: bigint | null; timed: boolean }>({
    text: `select pending.position as expected, hold.transfer as found,
        hold.expires_at is not distinct from pending.expires_at as timed
      from (
        select position, book_id, expires_at, source, destination, amount from ledger.transfers
        where flags < 4 and flags & 1 = 1
          and not exists (select from ledger.resolutions where resolutions.transfer = transfers.position)
      ) pending
      full join ledger.holds as hold on hold.book_id = pending.book_id and hold.transfer = pending.position
      where pending.position is null or hold.transfer is null or hold.expires_at is distinct from pending.expires_at
        or (hold.source, hold.destination, hold.amount)
          is distinct from (pending.source, pending.destination, pending.amount)
      limit ${rowsMax}`,
  })
  for (const { expected, found, timed } of rows) {
    if (expected === null) findings.add('holds', `${transferMark(found ?? 0n)} is held open, but is not pending`)
    else if (found === null) findings.add('holds', `${transferMark(expected)} is pending, but is not held open`)
    else if (timed) findings.add('holds', `${transferMark(found)} is held open on other accounts or of another amount`)
    else findings.add('holds', `${transferMark(found)} is held open until another time than it says`)
  }
  if (rows.length === 0) findings.add('holds', 'pending transfers and their ends do not match the open holds')
}

/** A lapsed hold holds nothing, so a late end is harmless. After an hour of other batches, expiry is not running. */
export async function findLateHolds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ transfer: bigint; late: string }>({
    text: `select hold.transfer, date_trunc('second', latest.recorded_at - hold.expires_at)::text as late
      from (select recorded_at from ledger.batches order by position desc limit 1) latest
      join ledger.holds hold on hold.expires_at < latest.recorded_at - interval '1 hour'
        and hold.expires_at < statement_timestamp() - interval '1 hour'
      order by hold.expires_at
      limit ${rowsMax}`,
  })
  for (const { transfer, late } of rows) {
    const text = `lapsed ${late} before the latest batch, and its end is not written: the expiry of holds does not run`
    findings.add('holds', `${transferMark(transfer)} ${text}`)
  }
}

/** The sums of holds that lapse at about the same time must be those of the holds. */
export async function findWrongSums(reader: SnapshotReader, findings: Findings): Promise<void> {
  const ofSide = (side: 'source' | 'destination') => `
        select summed.account, ${entrySide[side]}, ledger.second_of_lapse(hold.expires_at), -hold.amount, -1
        from ledger.summed_accounts summed
        join ledger.holds hold on hold.${side} = summed.account and hold.expires_at <= summed.until`
  const rows = await reader.query<{ account: bigint; side: number; second: string }>({
    text: `select account, side, second::text from (
        select known.account, known.side, known.second, known.amount, known.holds
        from ledger.summed_accounts summed
        join ledger.hold_sums known on known.account = summed.account and known.second <= summed.until
        union all ${ofSide('source')} union all ${ofSide('destination')}
      ) compared
      group by account, side, second having sum(amount) <> 0 or sum(holds) <> 0
      order by account, side, second
      limit ${rowsMax}`,
  })
  for (const { account, side, second } of rows) {
    const direction = side === entrySide.source ? 'outgoing' : 'incoming'
    findings.add('holds', `${accountMark(account)}: its ${direction} holds until ${second} are summed wrongly`)
  }
}

/** What is known of many ends of lapsed holds must be what their entries say. */
export async function findWrongRuns(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ account: bigint; version: bigint }>({
    text: `select run.account, run.first_version as version
      from ledger.expiry_runs run
      join ledger.accounts account on account.number = run.account
      cross join lateral (
        select count(*) as ends, min(transfer.expires_at) as earliest, max(transfer.expires_at) as latest,
          -sum(entry.pending_delta) filter (where entry.side = ${entrySide.source}) as held_out,
          -sum(entry.pending_delta) filter (where entry.side = ${entrySide.destination}) as held_in
        from ledger.entries entry
        cross join lateral (
          select expires_at from ledger.transfers t
          where t.book_id = account.book_id and t.position = entry.transfer and t.flags < 4 offset 0
        ) transfer
        where entry.account = run.account and entry.version between run.first_version and run.last_version
          and entry.kind = ${entryKind.expired}
      ) found
      where (found.ends, found.earliest, found.latest, coalesce(found.held_out, 0), coalesce(found.held_in, 0))
        is distinct from (run.last_version - run.first_version + 1, run.earliest, run.latest, run.held_out, run.held_in)
      order by 1, 2
      limit ${rowsMax}`,
  })
  for (const { account, version } of rows) {
    findings.add('holds', `${accountMark(account)}: the ends of holds from version ${version} on are summed wrongly`)
  }
}

export async function explainBackdated(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ account: bigint; version: bigint; expected: boolean; found: boolean }>({
    text: `select coalesce(entry.account, listed.account) as account, coalesce(entry.version, listed.version) as version,
        entry.account is not null as expected, listed.account is not null as found
      from (
        select entry.account, entry.version, entry.position, entry.recorded_at, entry.posted_delta, transfer.effective_at
        from ledger.entries as entry
        join ledger.accounts as account on account.number = entry.account
        join ledger.transfers as transfer
          on transfer.book_id = account.book_id and transfer.position = entry.transfer and transfer.flags < 4
        where transfer.flags & 2 = 2 and transfer.effective_at < entry.recorded_at and entry.posted_delta <> 0
      ) entry
      full join ledger.backdated_entries as listed
        on listed.account = entry.account and listed.version = entry.version
        and listed.effective_at = entry.effective_at and listed.recorded_at = entry.recorded_at
        and listed.posted_delta = entry.posted_delta and listed.position = entry.position
      where entry.account is null or listed.account is null
      limit ${rowsMax}`,
  })
  for (const { account, version, expected } of rows) {
    const entry = `version ${version} of ${accountMark(account)}`
    if (expected) findings.add('backdated_entries', `${entry} is backdated, but is not listed so`)
    else findings.add('backdated_entries', `${entry} is listed as backdated with what its entry does not say`)
  }
  if (rows.length === 0) findings.add('backdated_entries', 'the list of backdated entries does not match the entries')
}

type Term = { readonly name: string; readonly pair: string }

export async function explainTerms(
  reader: SnapshotReader,
  findings: Findings,
  differing: readonly number[],
): Promise<void> {
  // Enough to show where the table is wrong, if it is wrong everywhere.
  const within = (key: string) => `${bucketSql(key)} in (${differing.slice(0, rowsMax).join(', ')})`
  const expected = new Map<string, Term>()
  const expect = (owner: MetadataOwner, key: bigint, book: number, metadata: string): void => {
    for (const [name, value] of metadataPairs(metadata)) {
      const of = owner === 'transfer' ? transferMark(key) : accountMark(key)
      expected.set(`${metadataTerm(book, owner, [name, value])} ${key}`, { name: of, pair: `${name}=${value}` })
    }
  }
  const transfers = `select position, book_id, metadata from ledger.transfers
    where metadata is not null and flags < 4 and ${within('position')}`
  await reader.eachRow(transfers, (row) => expect('transfer', row.bigint8(0), row.int4(1), row.text(2)))
  await reader.eachRow(`${latestAccountMetadata} and ${within('account.number')}`, (row) =>
    expect('account', row.bigint8(0), row.int4(1), row.text(2)),
  )
  await reader.eachRow(`select term, position from ledger.metadata_terms where ${within('position')}`, (row) => {
    if (expected.delete(`${row.bigint8(0)} ${row.bigint8(1)}`)) return
    const place = `term ${row.bigint8(0)} at ${row.bigint8(1)}`
    findings.add('metadata_terms', `${place} stands for no metadata of a transfer or account there`)
  })
  for (const { name, pair } of expected.values()) {
    findings.add('metadata_terms', `${name} has metadata ${pair}, which is not indexed`)
  }
}
