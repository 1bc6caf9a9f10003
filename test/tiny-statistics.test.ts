import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findKeysStep } from '#platform/idempotency'
import { newUuid } from '#platform/ids'
import { byCard, patience, share, startTestPayments, type TestPayments } from '#testing'

// The planner keeps a plan until it has new statistics of a table: for a minute after the first rows, or longer.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('payer', 1_000_000n)
  await test.openWith('shop', 1_000_000n)
})
afterEach(() => test.stop())

const metadata = {}

/** Handles this many of every kind, in parallel. */
async function work(count: number): Promise<void> {
  const each = async <Value>(make: () => Promise<Value>) => Promise.all(Array.from({ length: count }, make))
  const byWallet = await each(() => test.pay({}))
  const charged = await each(() => test.pay({ source: byCard, destinations: [share('shop', 100n)] }))
  const held = await each(() => test.pay({ source: byCard, capture: 'manual', destinations: [share('shop', 100n)] }))
  for (const { id } of [...byWallet, ...charged]) await test.end('payment', id)
  await test.settled()
  for (const { id } of [...byWallet, ...charged]) {
    const asked = { book: 1, payment: id, amount: 40n, metadata }
    await test.ask((payments, tx) => payments.createRefund(tx, asked))
  }
  for (const { id } of held) {
    const asked = { book: 1, payment: id, amount: 60n }
    await test.ask((payments, tx) => payments.capture(tx, asked))
  }
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  await each(() => test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata })))
  const references = await Promise.all(charged.map(async ({ id }) => (await test.payment(id)).railReference ?? ''))
  const events = references.map((originalReference) => {
    const railReference = `disputed-${originalReference}`
    const outcome = { kind: 'succeeded', railReference, amount: 10n } as const
    return {
      rail: 'card',
      eventId: newUuid(),
      occurredAt: 0,
      operation: 'dispute',
      originalReference,
      railReference,
      outcome,
    } as const
  })
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, events))
  test.payments.wake()
  await test.settled()
}

/** `size`: all rows inserted into its table, including those deleted since, to which an index may still point. */
type Reads = { name: string; scans: bigint; read: bigint; size: bigint }

const readIndexes = () =>
  test.database.query<Reads>({
    text: `select i.schemaname || '.' || i.indexrelname as name, i.idx_scan as scans, i.idx_tup_read as read,
        t.n_tup_ins as size
      from pg_stat_user_indexes i join pg_stat_user_tables t on t.relid = i.relid
      where i.schemaname in ('ledger', 'payments', 'platform', 'lanes')`,
  })

it('rows are found by an index, however few there were when the statements were planned', async () => {
  await work(4)
  await test.database.query({ text: 'analyze' })
  await test.database.query({ text: 'select pg_stat_reset()' })
  // Little at a time: a large batch reads many rows at once, as it should.
  for (let round = 0; round < 100; round += 1) await work(1)
  // The server's processes report their statistics after a second.
  const captured = async () => (await readIndexes()).find(({ name }) => name === 'payments.captures_pkey')?.scans
  await expect.poll(captured, { timeout: patience(10_000) }).toBeGreaterThan(100n)
  await sleep(1_100)
  // An index whose scans read the whole table reads half of it on average. Unsealed batches are read so by design.
  const walks = (await readIndexes()).filter(
    ({ name, scans, read, size }) =>
      size > 50n && read > 1_000n && 5n * read > scans * size && name !== 'ledger.batches_unsealed',
  )
  expect(walks).toEqual([])
  const [later] = await test.database.query<{ by_index: bigint; whole: bigint }>({
    text: `select idx_scan as by_index, seq_scan as whole from pg_stat_user_tables where relid = 'lanes.later'::regclass`,
  })
  expect(later?.by_index).toBeGreaterThan(later?.whole ?? 0n)
})

it('stored answers are found by an index, too', async () => {
  await test.database.query({
    text: `insert into platform.idempotency_keys (book_id, key, fingerprint, status, encoding, body)
      select 1, 'key ' || n, '', 201, 0, '' from generate_series(1, 5) as n`,
  })
  await test.database.query({ text: 'analyze platform.idempotency_keys' })
  const plan = await test.database.transaction(async (tx) => {
    await tx.query({
      text: `select set_config(name, 'off', true)
        from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as name`,
    })
    return tx.query({ text: `explain (generic_plan) ${findKeysStep([]).text}` })
  })
  expect(JSON.stringify(plan)).toMatch(/Index Cond: \(\(book_id = [^)]*\) AND \(key = /)
})
