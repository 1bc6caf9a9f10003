import { beforeAll, describe, expect, test } from 'vitest'
import { feedStart, readFeed } from '#platform/outbox'
import type { Database, Statement } from '#platform/postgres'
import { createTestDatabase, pagesRead, type TestDatabase } from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import { readLimits } from '../accounts/account-store.ts'
import { balanceAt } from '../reports/balance-read-model.ts'
import { createStatementReader } from '../reports/statement-read-model.ts'
import { createTrialBalanceReader } from '../reports/trial-balance-read-model.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'
import { getTransfers, getTransfersAt } from '../transfers/transfer-read-model.ts'
import { listAccounts } from './account-list-read-model.ts'
import { listEntries } from './entry-read-model.ts'
import type { TransferFilter } from './transfer-criteria.ts'
import { listTransfers } from './transfer-list-read-model.ts'

const book = 1
const accounts = 2000
const transfers = 60_000
const start = Date.UTC(2026, 0, 1) * 1000
const minute = 60_000_000

/** The reads, and the indexes that each of their statements must use; no table may be scanned without one. */
const names = ['accounts_book_id_code_key']
const sums = ['hold_sums_by_second', 'summed_accounts_pkey']
const heads = ['account_settings_pkey', 'entries_pkey', 'holds_by_destination', 'holds_by_source', ...sums]
const details = ['accounts_pkey', 'resolutions_pkey', 'transfers_by_position']
const checks = ['holds_pkey', 'metadata_terms_pkey', 'resolutions_by_kind']
const expected: Record<string, readonly string[]> = {
  'ledger-read-account-by-code': [...names, ...heads],
  'ledger-read-account-by-id': ['accounts_book_id_id_key', ...heads],
  'ledger-read-account-name-by-code': names,
  'ledger-read-accounts-densities': [
    ...[...names, 'accounts_by_asset', 'accounts_by_book', 'account_settings_not_open', 'metadata_terms_pkey'],
  ],
  'ledger-read-accounts-by-book': ['accounts_by_book', 'metadata_terms_pkey', ...heads],
  'ledger-read-accounts-by-asset': ['accounts_by_asset', 'accounts_by_book', 'metadata_terms_pkey', ...heads],
  'ledger-read-accounts-by-prefix': [...names, 'accounts_by_book', 'metadata_terms_pkey', ...heads],
  'ledger-read-accounts-by-state': ['account_settings_not_open', 'accounts_by_book', 'metadata_terms_pkey', ...heads],
  'ledger-read-accounts-by-term': ['accounts_by_book', 'metadata_terms_pkey', ...heads],
  'ledger-limits': ['account_settings_pkey', 'entries_pkey', 'holds_by_destination', ...sums],
  'ledger-read-latest-version': ['entries_pkey'],
  'ledger-read-versions-by-time': ['entries_pkey'],
  'ledger-read-versions-by-position': ['entries_pkey'],
  'ledger-read-balances-now': ['entries_pkey', 'holds_by_destination', 'holds_by_source', ...sums],
  'ledger-read-balances-held-at': [
    ...[
      'entries_pkey',
      'expiry_runs_pkey',
      'holds_by_destination',
      'holds_by_source',
      'transfers_by_position',
      ...sums,
    ],
  ],
  'ledger-read-balances-of-version': ['entries_pkey'],
  'ledger-read-sum-of-backdated-entries': ['backdated_entries_pkey'],
  'ledger-read-entries-newest-first': ['accounts_pkey', 'entries_pkey', 'transfers_by_position'],
  'ledger-read-turnover-of-versions': ['entries_pkey'],
  'ledger-read-turnover-of-stretches': ['entries_pkey'],
  'ledger-read-statement-recorded': ['accounts_pkey', 'entries_pkey', 'transfers_by_position'],
  'ledger-read-statement-effective': ['accounts_pkey', 'entries_pkey', 'transfers_by_position'],
  'ledger-read-statement-backdated': ['backdated_entries_pkey'],
  'ledger-read-statement-backdated-page': [
    ...['accounts_pkey', 'backdated_entries_pkey', 'entries_pkey', 'transfers_by_position'],
  ],
  'ledger-read-transfers-by-id': ['accounts_pkey', 'resolutions_pkey', 'transfers_pkey'],
  'ledger-read-transfers-by-position': ['accounts_pkey', 'resolutions_pkey', 'transfers_by_position'],
  'ledger-read-transfers-densities': ['entries_pkey', ...checks],
  'ledger-read-transfers-by-book': [...checks, ...details],
  'ledger-read-transfers-by-reference': ['transfers_by_reference', ...checks, ...details],
  'ledger-read-transfers-by-pending': [...checks, ...details],
  'ledger-read-transfers-by-ended': ['holds_by_expiry', ...checks, ...details],
  'ledger-read-transfers-by-term': [...checks, ...details],
  'ledger-read-transfers-by-account': ['entries_pkey', ...checks, ...details],
  'ledger-read-positions-at-times': ['batches_pkey'],
  'ledger-read-trial-balance': ['accounts_by_book', 'accounts_pkey', 'entries_pkey'],
  'ledger-read-trial-balance-of-asset': ['accounts_by_asset', 'accounts_pkey', 'entries_pkey'],
  'ledger-read-new-batches': ['batches_by_transaction', 'batches_pkey'],
  'ledger-read-changes-of-totals': ['accounts_by_book', 'batches_by_transaction', 'entries_in_order'],
  'outbox-find-row': ['outbox_pkey'],
  'outbox-read-forward': ['outbox_in_order'],
  'outbox-read-newest-first': ['outbox_in_order'],
}
/** Groups new operations by account, up to 50,000; sorts lapsed holds whose end is not written, which are few. */
const sortsByNature = new Set(['ledger-read-changes-of-totals', 'ledger-read-transfers-by-ended'])
type Node = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly Node[]
}

describe('with tens of thousands of rows in place', () => {
  let server: TestDatabase
  /** The index of the partitioned table, for each index of its partitions. */
  let parentOf = new Map<string, string>()
  /** The statements that the reads sent, by name, with the values they had. */
  const sent = new Map<string, Statement>()

  beforeAll(async () => {
    server = await createTestDatabase()
    await fill(server.database)
    parentOf = await readParents(server.database)
    await readEverything(recording(server.database, sent))
  })

  test('every statement of the reading side has its plan checked', () => {
    expect([...sent.keys()].sort()).toEqual(Object.keys(expected).sort())
  })

  describe.each(['generic', 'custom'] as const)('a %s plan', (kind) => {
    test.each(Object.entries(expected))('of %s uses its indexes alone', async (name, indexes) => {
      const statement = sent.get(name)
      if (statement === undefined) throw new Error(`${name} was never sent`)
      const plan = await explain(server.database, statement, kind)
      const nodes = [...nodesOf(plan)]
      const used = new Set(nodes.flatMap((node) => parentOf.get(node['Index Name'] ?? '') ?? node['Index Name'] ?? []))
      expect({
        scanned: nodes
          .filter((node) => node['Node Type'] === 'Seq Scan')
          .flatMap((node) => node['Relation Name'] ?? [])
          // Empty: there are no rows from before events had positions.
          .filter((relation) => !relation.startsWith('outbox_before_')),
        sorted: nodes.filter(sortsTable).length,
        indexes: [...used].sort(),
      }).toEqual({
        scanned: [],
        sorted: sortsByNature.has(name) ? expect.any(Number) : 0,
        // With known values, the plan omits checks that everything passes.
        indexes: [...new Set(indexes)].filter((index) => kind === 'generic' || used.has(index)).sort(),
      })
    })
  })

  test('the settings of one frozen account cost the lists of other books nothing', async () => {
    const { database } = server
    await database.query({
      text: `insert into ledger.account_settings (account, version, position, state, recorded_at)
        select 1900, n, 1, 1, now() from generate_series(1, 50000) n`,
    })
    const again = new Map<string, Statement>()
    await listAccounts(recording(database, again), { book, filter: { state: 'frozen' }, limit: 20 })
    expect([...again.keys()]).toEqual(['ledger-read-accounts-densities', 'ledger-read-accounts-by-state'])
    for (const statement of again.values()) expect(await pagesRead(database, statement)).toBeLessThan(500)
  })
})

async function readParents(database: Database): Promise<Map<string, string>> {
  const rows = await database.query<{ index: string; parent: string }>({
    text: `select c.relname as index, p.relname as parent from pg_inherits i
      join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent where c.relkind = 'i'`,
  })
  return new Map(rows.map(({ index, parent }) => [index, parent]))
}

function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const child of node.Plans ?? []) yield* nodesOf(child)
}

/** Whether rows of a table are sorted without a limit that makes them few. */
function sortsTable(node: Node): boolean {
  return node['Node Type'] === 'Sort' && (node.Plans ?? []).some(readsTable)
}

function readsTable(node: Node): boolean {
  if (['Limit', 'CTE Scan', 'Aggregate'].includes(node['Node Type'])) return false
  return node['Relation Name'] !== undefined || (node.Plans ?? []).slice(0, 1).some(readsTable)
}

async function explain(database: Database, statement: Statement, kind: 'generic' | 'custom'): Promise<Node> {
  const options = kind === 'generic' ? 'generic_plan, format json' : 'format json'
  const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: Node }] }>({
    text: `explain (${options}) ${statement.text}`,
    ...(kind === 'custom' && statement.values && { values: statement.values }),
  })
  if (row === undefined) throw new Error('there is no plan')
  return row['QUERY PLAN'][0].Plan
}

function recording(database: Database, sent: Map<string, Statement>): Database {
  const note = (statement: Statement) => {
    if (statement.name !== undefined) sent.set(statement.name, statement)
  }
  return {
    ...database,
    query: async (statement) => {
      note(statement)
      return await database.query(statement)
    },
    snapshot: (work) =>
      database.snapshot((tx) =>
        work({
          ...tx,
          query: async (statement) => {
            note(statement)
            return await tx.query(statement)
          },
        }),
      ),
  }
}

async function readEverything(database: Database): Promise<void> {
  const account = 'account-1'
  const pair = { channel: 'web' }
  const at = start + 20_000 * minute
  await getAccount(database, book, account)
  await getAccount(database, book, 'acc_00000000000000000000000001')
  await readLimits(database, [1, 2, 3])
  for (const filter of [
    ...[{}, { asset: 'USD' }, { state: 'frozen' as const }, { metadata: { region: 'north' } }],
    { codePrefix: 'account-19', metadata: { region: 'north' } },
  ]) {
    await listAccounts(database, { book, filter, limit: 20 })
  }
  await balanceAt(database, { book, account })
  await balanceAt(database, { book, account, at, by: 'effective' })
  await listEntries(database, { book, account, limit: 20 })
  const statements = createStatementReader()
  for (const by of ['recorded', 'effective'] as const) await statements(database, { book, account, by, limit: 20 })
  await getTransfers(database, book, ['0'.repeat(32)])
  await getTransfersAt(database, book, [16_384])
  const filters: TransferFilter[] = [
    ...[{}, { account }, { reference: 'reference-7' }, { metadata: pair }, { state: 'pending' as const }],
    ...[
      { state: 'voided' as const, recordedFrom: at, recordedTo: at + minute },
      { account, metadata: pair },
    ],
  ]
  for (const filter of filters) await listTransfers(database, { book, filter, limit: 20 })
  await listTransfers(database, { book, filter: { account }, limit: 20, cursor: 16_384 * 300 })
  const trialBalance = createTrialBalanceReader()
  await trialBalance(database, { book, limit: 20 })
  await database.query({
    text: 'insert into ledger.batches (position, recorded_at, operations, hash) values ($1, now(), 1, $2)',
    values: [16_384 * 700, Buffer.alloc(32)],
  })
  await trialBalance(database, { book, asset: 'USD', limit: 20 })
  const page = await readFeed(database, { book, limit: 20 })
  await readFeed(database, { book, cursor: { after: feedStart }, limit: 20 })
  await readFeed(database, { book, cursor: page?.next, limit: 20 })
}

/** Rows of every table, in the shape the writer gives them; account 1 takes part in every second transfer. */
async function fill(database: Database): Promise<void> {
  const term = (owner: 'transfer' | 'account', key: string, value: string) => metadataTerm(book, owner, [key, value])
  const position = '(n / 100 + 1) * 16384 + n % 100'
  const time = `timestamptz 'epoch' + (${start}::float8 + n / 100 * ${minute}::float8) * interval '1 microsecond'`
  for (const text of [
    `insert into ledger.accounts (number, position, book_id, id, code, asset, created_at)
      select n, n, ${book}, lpad(to_hex(n), 32, '0')::uuid, 'account-' || n, case when n % 2 = 0 then 'USD' else 'EUR' end, now()
      from generate_series(1, ${accounts}) n`,
    `insert into ledger.account_settings (account, version, position, state, recorded_at)
      select n, 0, n, case when n % 100 = 0 then 1 else 0 end, now() from generate_series(1, ${accounts}) n`,
    `insert into ledger.metadata_terms (term, position)
      select ${term('account', 'region', 'north')}, n from generate_series(1, ${accounts}, 3) n`,
    `insert into ledger.metadata_terms (term, position)
      select ${term('transfer', 'channel', 'web')}, ${position} from generate_series(1, ${transfers}, 5) n`,
    `insert into ledger.metadata_terms (term, position)
      select n, ${position} from generate_series(1, ${transfers}, 2) n`,
    `insert into ledger.transfers (position, source, destination, amount, effective_at, recorded_at, id, book_id, flags, reference, metadata)
      select ${position}, case when n % 2 = 0 then 1 else 2 + n % 1900 end, 2000 - n % 90, 1, ${time}, ${time},
        lpad(to_hex(n), 32, '0')::uuid, ${book}, case when n % 20 = 0 then 1 else 0 end,
        case when n % 7 = 0 then 'reference-' || n end, case when n % 5 = 1 then '{"channel":"web"}'::json end
      from generate_series(1, ${transfers}) n`,
    `insert into ledger.entries (account, version, position, transfer, posted_delta, pending_delta, posted, pending_out,
        pending_in, recorded_at, kind, side)
      select account, row_number() over (partition by account order by position), position, position, delta, 0,
        sum(delta) over (partition by account order by position), 0, 0, recorded_at, 1, side
      from (
        select source as account, position, -amount as delta, recorded_at, 0 as side from ledger.transfers
        union all select destination, position, amount, recorded_at, 1 from ledger.transfers
      ) sides order by position, side`,
    `insert into ledger.backdated_entries (account, effective_at, version, position, recorded_at, posted_delta)
      select account, recorded_at - interval '1 day', version, position, recorded_at, posted_delta
      from ledger.entries where version % 3 = 0`,
    `insert into ledger.resolutions (transfer, position, amount, recorded_at, book_id, kind)
      select position, position, 0, recorded_at, book_id, 4 from ledger.transfers where flags = 1 and position % 3 > 0`,
    `insert into ledger.holds (transfer, book_id, expires_at)
      select position, book_id, case when position % 2 = 0 then now() + position * interval '1 minute' end from ledger.transfers where flags = 1 and position % 3 = 0`,
    `insert into ledger.summed_accounts (account, target) select 1000000 + n, now() from generate_series(1, 5000) n`,
    `insert into ledger.hold_sums (account, side, second, amount, holds)
      select 1000000 + n % 5000, n % 2, now() + n * interval '1 s', n, 1 from generate_series(1, 20000) n`,
    `insert into ledger.expiry_runs (account, first_version, last_version, earliest, latest, held_out, held_in)
      select 1000000 + n % 50, n * 100, n * 100 + 99, now(), now(), n, 0 from generate_series(1, 20000) n`,
    `insert into ledger.batches (position, recorded_at, operations, hash)
      select distinct on (position / 16384) position / 16384 * 16384, recorded_at, 100, ''::bytea
      from ledger.transfers order by position / 16384`,
    `insert into platform.outbox (book_id, recorded_at, events, event_count, first_position)
      select 1 + n % 3, now(), '[{"type":"transfer.posted","data":{}}]', 1, 1 + n / 3
      from generate_series(1, 20000) n`,
    'vacuum (analyze)',
  ]) {
    await database.query({ text })
  }
}
