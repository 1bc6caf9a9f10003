import { setImmediate as nextTurn } from 'node:timers/promises'
import { appendEventsSteps, createFeedSequencer } from '#platform/outbox'
import type { Database, Session } from '#platform/postgres'
import { showProgress } from './bench.ts'
import { History, type HistoryShape, timeOfBatch } from './read-history.ts'

export type LoadTimes = {
  readonly rowsSeconds: number
  readonly indexesSeconds: number
  readonly vacuumSeconds: number
}

function showFault(fault: Error): void {
  showProgress(fault.message)
}

/** Indexes are built after the load: this is many times faster than maintaining them during the COPY. */
export async function loadHistory(database: Database, shape: HistoryShape): Promise<LoadTimes> {
  const startedAt = performance.now()
  const secondsSince = (from: number) => Math.round((performance.now() - from) / 1000)
  const session = await database.session('load', { deadlineMs: null })
  try {
    await session.query({ text: "set maintenance_work_mem = '1GB'" })
    await session.query({ text: 'set statement_timeout = 0' })
    await session.query({ text: 'set synchronous_commit = off' })
    const indexes = await takeDownIndexes(session)
    const history = new History(shape)
    let under: Promise<unknown> = Promise.resolve()
    for (const part of history.parts()) {
      await under
      const copies = part.copies.map(({ name, text, data }) => ({ name, text, copy: data }))
      under = session.burst([{ name: 'begin', text: 'begin' }, ...copies, { name: 'commit', text: 'commit' }])
      showProgress(
        `loading: ${part.transfers.toLocaleString('en')} of ${shape.transfers.toLocaleString('en')} transfers`,
      )
      // The event loop feeds the socket, so it gets its turn before the next part is generated.
      await nextTurn()
    }
    await under
    const rowsSeconds = secondsSince(startedAt)
    await removeResolvedHolds(session)
    const indexingAt = performance.now()
    for (const [at, index] of indexes.entries()) {
      showProgress(`indexing: ${at + 1} of ${indexes.length}, ${index.name}`)
      await session.query({ text: index.create })
    }
    const indexesSeconds = secondsSince(indexingAt)
    await session.query({ text: `select setval('ledger.batch_number', ${history.nextBatch})` })
    await session.query({ text: `select setval('ledger.accounts_number_seq', ${shape.accounts})` })
    await loadEvents(session, { book: shape.book, now: timeOfBatch(history.nextBatch) })
    await createFeedSequencer({ database, onFault: showFault }).sequence()
    showProgress('vacuuming')
    const vacuumingAt = performance.now()
    for (const table of loadedTables) await session.query({ text: `vacuum (analyze) ${table}` })
    const vacuumSeconds = secondsSince(vacuumingAt)
    await session.query({ text: 'checkpoint' })
    return { rowsSeconds, indexesSeconds, vacuumSeconds }
  } finally {
    await session.close()
  }
}

const loadedTables = [
  'ledger.accounts',
  'ledger.account_settings',
  'ledger.transfers',
  'ledger.entries',
  'ledger.backdated_entries',
  'ledger.holds',
  'ledger.resolutions',
  'ledger.metadata_terms',
  'ledger.batches',
  'platform.outbox',
]

type Index = { readonly name: string; readonly create: string }

async function takeDownIndexes(session: Session): Promise<Index[]> {
  const rows = await session.query<{ name: string; relation: string; definition: string; rule: string | null }>({
    text: `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as relation,
        pg_get_indexdef(i.indexrelid) as definition, pg_get_constraintdef(c.oid) as rule, c.conname
      from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
      where i.indrelid = any ($1::regclass[]) order by i.indrelid, i.indexrelid`,
    values: [loadedTables.filter((table) => table.startsWith('ledger.'))],
  })
  const indexes: Index[] = []
  for (const { name, relation, definition, rule } of rows) {
    const bare = name.slice(name.lastIndexOf('.') + 1)
    await session.query({
      text: rule === null ? `drop index ${name}` : `alter table ${relation} drop constraint ${bare}`,
    })
    indexes.push({
      name,
      create: rule === null ? definition : `alter table ${relation} add constraint ${bare} ${rule}`,
    })
  }
  return indexes
}

/** All holds were copied; in a real history, those that ended are gone from the table. */
async function removeResolvedHolds(session: Session): Promise<void> {
  await session.query({
    text: 'delete from ledger.holds h using ledger.resolutions r where r.transfer = h.transfer',
  })
}

const eventRows = 800
const eventsPerRow = 256

/** The feed is read by position alone, so a fifth of a million events are as good as all. */
async function loadEvents(
  session: Session,
  { book, now }: { readonly book: number; readonly now: number },
): Promise<void> {
  const data = JSON.stringify({
    id: 'trf_01k0a2m4q8f2hn4gm2v7r9w1k6',
    amount: '12500',
    asset: 'USD',
    filler: 'x'.repeat(400),
  })
  for (let row = 0; row < eventRows; row += 1) {
    const events = Array.from({ length: eventsPerRow }, (_, at) => ({
      book,
      type: at === 7 ? 'transfer.voided' : 'transfer.posted',
      data,
    }))
    await session.burst([
      { name: 'begin', text: 'begin' },
      ...appendEventsSteps(now, events),
      { name: 'commit', text: 'commit' },
    ])
  }
}
