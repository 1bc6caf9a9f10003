import { encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { type Findings, transferMark } from './findings.ts'

/** One more than a check lists, to show that there are more. */
const rowsMax = 21

/** Searches the tables without indexes, as a unique index may be missing or broken. */
export async function checkUniqueness(
  reader: SnapshotReader,
  findings: Findings,
  onStep: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<void> {
  await reader.set({ enable_indexscan: 'off', enable_indexonlyscan: 'off', enable_bitmapscan: 'off' })
  const steps = [checkTransferIds, checkReferences, checkEnds, checkAccounts]
  for (const [at, step] of steps.entries()) {
    await step(reader, findings)
    onStep({ done: at + 1, total: steps.length })
  }
}

async function checkTransferIds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const [counted] = await reader.query<{ transfers: bigint }>({
    text: 'select count(*) as transfers from ledger.transfers',
  })
  findings.count('once', Number(counted?.transfers ?? 0n))
  const rows = await reader.query<{ book_id: number; id: string; times: bigint; booked: bigint }>({
    text: `select book_id, id, count(*) as times, count(*) filter (where flags < 4) as booked
      from ledger.transfers group by book_id, id having count(*) > 1 limit ${rowsMax}`,
  })
  for (const { book_id, id, times, booked } of rows) {
    const fates =
      booked === times ? `booked ${times} times` : `booked ${booked} times and refused ${times - booked} times`
    findings.add('once', `transfer ${encodeId(idPrefix.transfer, id)} of book ${book_id} was ${fates}`)
  }
}

async function checkReferences(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ book_id: number; reference: string; positions: bigint[] }>({
    text: `select book_id, reference, (array_agg(position order by position))[1:3] as positions
      from ledger.transfers where reference is not null
      group by book_id, reference having count(*) > 1 limit ${rowsMax}`,
  })
  for (const { book_id, reference, positions } of rows) {
    const transfers = positions.map(transferMark).join(', ')
    findings.add('once', `reference ${JSON.stringify(reference)} of book ${book_id} is that of ${transfers}`)
  }
}

async function checkEnds(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ transfer: bigint; times: bigint }>({
    text: `select transfer, count(*) as times from ledger.resolutions
      group by transfer having count(*) > 1 limit ${rowsMax}`,
  })
  for (const { transfer, times } of rows) findings.add('once', `${transferMark(transfer)} was ended ${times} times`)
}

async function checkAccounts(reader: SnapshotReader, findings: Findings): Promise<void> {
  const repeated = async ({ columns, shown }: { readonly columns: string; readonly shown: string }): Promise<void> => {
    const rows = await reader.query<{ shown: string; times: bigint }>({
      text: `select concat_ws(' of book ', ${shown}) as shown, count(*) as times
        from ledger.accounts group by ${columns} having count(*) > 1 limit ${rowsMax}`,
    })
    for (const row of rows) findings.add('once', `there are ${row.times} accounts of ${columns} ${row.shown}`)
  }
  await repeated({ columns: 'number', shown: 'number' })
  await repeated({ columns: 'id, book_id', shown: 'id, book_id' })
  await repeated({ columns: 'code, book_id', shown: 'code, book_id' })
}
