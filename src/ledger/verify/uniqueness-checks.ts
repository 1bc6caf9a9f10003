import { encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { type Findings, transferMark } from './findings.ts'

/** As many as a check lists, and one to tell that there are more. */
const rowsMax = 21

/**
 * Looks for what there may be only once, in the tables themselves: an index that should have
 * prevented it may be gone or broken. A refused id stands in the same table as the booked ones.
 */
export async function checkUniqueness(
  reader: SnapshotReader,
  findings: Findings,
  onStep: (done: number, total: number) => void,
): Promise<void> {
  for (const way of ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan']) {
    await reader.query({ text: 'SELECT set_config($1, $2, true)', values: [way, 'off'] })
  }
  const steps = [checkTransferIds, checkReferences, checkEnds, checkAccounts]
  for (const [at, step] of steps.entries()) {
    await step(reader, findings)
    onStep(at + 1, steps.length)
  }
}

async function checkTransferIds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const [counted] = await reader.query<{ transfers: bigint }>({
    text: 'SELECT count(*) AS transfers FROM ledger.transfers',
  })
  findings.count('once', Number(counted?.transfers ?? 0n))
  const rows = await reader.query<{ book_id: number; id: string; times: bigint; booked: bigint }>({
    text: `SELECT book_id, id, count(*) AS times, count(*) FILTER (WHERE flags < 4) AS booked
      FROM ledger.transfers GROUP BY book_id, id HAVING count(*) > 1 LIMIT ${rowsMax}`,
  })
  for (const { book_id, id, times, booked } of rows) {
    const fates =
      booked === times ? `booked ${times} times` : `booked ${booked} times and refused ${times - booked} times`
    findings.add('once', `transfer ${encodeId(idPrefix.transfer, id)} of book ${book_id} was ${fates}`)
  }
}

async function checkReferences(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ book_id: number; reference: string; positions: bigint[] }>({
    text: `SELECT book_id, reference, (array_agg(position ORDER BY position))[1:3] AS positions
      FROM ledger.transfers WHERE reference IS NOT NULL
      GROUP BY book_id, reference HAVING count(*) > 1 LIMIT ${rowsMax}`,
  })
  for (const { book_id, reference, positions } of rows) {
    const transfers = positions.map(transferMark).join(', ')
    findings.add('once', `reference ${JSON.stringify(reference)} of book ${book_id} is that of ${transfers}`)
  }
}

async function checkEnds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ transfer: bigint; times: bigint }>({
    text: `SELECT transfer, count(*) AS times FROM ledger.resolutions
      GROUP BY transfer HAVING count(*) > 1 LIMIT ${rowsMax}`,
  })
  for (const { transfer, times } of rows) findings.add('once', `${transferMark(transfer)} was ended ${times} times`)
}

async function checkAccounts(reader: SnapshotReader, findings: Findings): Promise<void> {
  const repeated = async (columns: string, shown: string): Promise<void> => {
    const rows = await reader.query<{ shown: string; times: bigint }>({
      text: `SELECT concat_ws(' of book ', ${shown}) AS shown, count(*) AS times
        FROM ledger.accounts GROUP BY ${columns} HAVING count(*) > 1 LIMIT ${rowsMax}`,
    })
    for (const row of rows) findings.add('once', `there are ${row.times} accounts of ${columns} ${row.shown}`)
  }
  await repeated('number', 'number')
  await repeated('id, book_id', 'id, book_id')
  await repeated('code, book_id', 'code, book_id')
}
