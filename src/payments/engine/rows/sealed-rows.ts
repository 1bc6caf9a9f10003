import type { Transaction } from '#platform/postgres'
import { columnsTask, isIndexed, type SealedPage, type SealingTask } from '#platform/sealing'
import { namedInstrument } from './decline-store.ts'

/** The personal fields of payments and payouts, for the job that seals rows from before there was a key. */
export const sealedRows: readonly SealingTask[] = [
  columnsTask({
    table: 'payments.payments',
    key: [
      { column: 'book_id', type: 'integer' },
      { column: 'id', type: 'uuid' },
    ],
    columns: [{ column: 'source_instrument' }, { column: 'terms' }],
  }),
  columnsTask({
    table: 'payments.payouts',
    key: [
      { column: 'book_id', type: 'integer' },
      { column: 'id', type: 'uuid' },
    ],
    columns: [{ column: 'instrument' }, { column: 'terms' }],
  }),
  columnsTask({
    table: 'payments.attempts',
    key: [{ column: 'id', type: 'uuid' }],
    columns: [{ column: 'instrument' }, { column: 'facts', isJson: true }],
  }),
  { name: 'payments.declines', page: indexDeclines },
]

type DeclineKey = { readonly book_id: number; readonly instrument: string; readonly attempt_id: string }

/** Declines are found by their instrument, so it becomes a hash. */
async function indexDeclines(tx: Transaction, after: string | undefined, limit: number): Promise<SealedPage> {
  const from = after === undefined ? [] : (JSON.parse(after) as unknown[])
  const rows = await tx.query<DeclineKey>({
    text: `select book_id, instrument, attempt_id from payments.declines
      ${after === undefined ? '' : 'where (book_id, instrument, attempt_id) > ($1::integer, $2::text, $3::uuid)'}
      order by book_id, instrument, attempt_id limit ${limit}`,
    values: from,
  })
  const plain = rows.filter(({ instrument }) => !isIndexed(instrument))
  if (plain.length > 0) await renameDeclines(tx, plain)
  const last = rows.length < limit ? undefined : rows.at(-1)
  const next = last && JSON.stringify([last.book_id, last.instrument, last.attempt_id])
  return { looked: rows.length, sealed: plain.length, next }
}

async function renameDeclines(tx: Transaction, plain: readonly DeclineKey[]): Promise<void> {
  await tx.query({
    text: `with named as (
        select book_id, instrument, attempt_id, hash
        from unnest($1::integer[], $2::text[], $3::uuid[], $4::text[]) as n (book_id, instrument, attempt_id, hash)
      ), moved as (
        delete from payments.declines d using named n
        where d.book_id = n.book_id and d.instrument = n.instrument and d.attempt_id = n.attempt_id
        returning d.book_id, n.hash, d.attempt_id, d.declined_at, d.amount, d.scheme, d.raw, d.advice, d.after_ms
      )
      insert into payments.declines (book_id, instrument, attempt_id, declined_at, amount, scheme, raw, advice, after_ms)
      select book_id, hash, attempt_id, declined_at, amount, scheme, raw, advice, after_ms from moved
      on conflict do nothing`,
    values: [
      plain.map(({ book_id: book }) => book),
      plain.map(({ instrument }) => instrument),
      plain.map(({ attempt_id: attempt }) => attempt),
      plain.map(({ book_id: book, instrument }) => namedInstrument({ book, instrument })),
    ],
  })
}
