import { newUuid } from '#platform/ids'
import { type Database, openDatabase } from '#platform/postgres'
import { connectionOf } from './bench-database.ts'

/** One SQL function call per transfer: locks both accounts in order, and writes the same rows as the ledger does. */
const baselineSql = `
  create schema baseline;
  create table baseline.accounts (
    number bigint primary key, posted bigint not null, pending_out bigint not null default 0,
    pending_in bigint not null default 0, version bigint not null default 0,
    min_available bigint, max_balance bigint, state smallint not null default 0
  ) with (fillfactor = 50);
  create table baseline.transfers (like ledger.transfers including all);
  create table baseline.entries (like ledger.entries including all);
  create table baseline.outbox (like platform.outbox including all);
  create sequence baseline.positions;
  create function baseline.transfer(
    wanted_id uuid, from_number bigint, to_number bigint, wanted bigint, wanted_reference text
  ) returns text language plpgsql as $$
  declare
    source baseline.accounts;
    destination baseline.accounts;
    place bigint := nextval('baseline.positions');
    at timestamptz := clock_timestamp();
  begin
    if from_number < to_number then
      select * into source from baseline.accounts where number = from_number for update;
      select * into destination from baseline.accounts where number = to_number for update;
    else
      select * into destination from baseline.accounts where number = to_number for update;
      select * into source from baseline.accounts where number = from_number for update;
    end if;
    if source.state <> 0 or destination.state <> 0 then return 'account_frozen'; end if;
    if source.min_available is not null and source.posted - source.pending_out - wanted < source.min_available then
      return 'insufficient_funds';
    end if;
    if destination.max_balance is not null
      and destination.posted + destination.pending_in + wanted > destination.max_balance then
      return 'balance_limit_exceeded';
    end if;
    insert into baseline.transfers
      (position, source, destination, amount, effective_at, recorded_at, id, book_id, flags, reference)
      values (place, from_number, to_number, wanted, at, at, wanted_id, 1, 0, wanted_reference)
      on conflict do nothing;
    if not found then return 'id_already_used'; end if;
    insert into baseline.entries
      (account, version, position, transfer, posted_delta, pending_delta, posted, pending_out, pending_in,
        recorded_at, kind, side)
      values
      (from_number, source.version + 1, place, place, -wanted, 0, source.posted - wanted, source.pending_out,
        source.pending_in, at, 1, 0),
      (to_number, destination.version + 1, place, place, wanted, 0, destination.posted + wanted,
        destination.pending_out, destination.pending_in, at, 1, 1);
    update baseline.accounts set posted = posted - wanted, version = version + 1 where number = from_number;
    update baseline.accounts set posted = posted + wanted, version = version + 1 where number = to_number;
    insert into baseline.outbox (book_id, recorded_at, events)
      values (1, at, '[{"type":"transfer.posted","subject":' || place || '}]');
    return 'posted';
  end $$`

export async function prepareBaseline(database: Database, accounts: number): Promise<void> {
  await database.query({ text: baselineSql })
  await database.query({
    text: `insert into baseline.accounts (number, posted, min_available)
      select number, 1000000000000, 0 from generate_series(1, $1::bigint) as number`,
    values: [accounts],
  })
  await database.query({ text: 'vacuum analyze baseline.accounts' })
}

export async function measureBaseline(
  database: Database,
  run: { readonly accounts: number; readonly connections: number; readonly seconds: number },
): Promise<number> {
  const pool = openDatabase({ ...connectionOf(database), connectionsMax: run.connections })
  const client = async (until: number) => {
    let done = 0
    while (performance.now() < until) {
      const source = 1 + Math.floor(Math.random() * run.accounts)
      const other = 1 + Math.floor(Math.random() * run.accounts)
      const destination = other === source ? (source % run.accounts) + 1 : other
      const id = newUuid()
      const [row] = await pool.query<{ outcome: string }>({
        name: 'baseline-transfer',
        text: 'select baseline.transfer($1, $2, $3, $4, $5) as outcome',
        values: [id, source, destination, 100, done % 4 === 0 ? `ref-${id}` : null],
      })
      if (row?.outcome !== 'posted') throw new Error(`the baseline answered ${row?.outcome}`)
      done += 1
    }
    return done
  }
  try {
    await Promise.all(Array.from({ length: run.connections }, () => client(performance.now() + 300)))
    const begin = performance.now()
    const counts = await Promise.all(Array.from({ length: run.connections }, () => client(begin + run.seconds * 1000)))
    return Math.round((counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - begin))
  } finally {
    await pool.close()
  }
}
