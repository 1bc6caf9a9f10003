import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, openDatabase } from '#platform/postgres'
import { connectionOf } from './bench-database.ts'

/** The speed of the machine itself, to compare the results of different days and machines. */
export type Yardsticks = {
  /** Writes of 8 kB into an existing file, each followed by fdatasync. */
  readonly fsyncs: number
  /** Transactions like those of `pgbench -N`: one row updated, one read, one appended; on 16 connections. */
  readonly commits: number
}

const rows = 100_000
const connections = 16
const fsyncMs = 500
const commitMs = 1_000
const fileBytes = 16 * 1024 * 1024
const writeBytes = 8_192

export async function prepareYardsticks(database: Database, directory: string) {
  await database.query({
    text: `create schema yardstick;
      create table yardstick.accounts (number int primary key, balance int not null, filler char(84) not null default '')
        with (fillfactor = 50);
      create table yardstick.history (number int not null, delta int not null, at timestamptz not null default now());
      insert into yardstick.accounts (number, balance) select number, 0 from generate_series(1, ${rows}) as number`,
  })
  await database.query({ text: 'vacuum analyze yardstick.accounts' })
  return {
    measure: async (): Promise<Yardsticks> => ({
      fsyncs: await measureFsyncs(directory),
      commits: await measureCommits(database),
    }),
  }
}

async function measureFsyncs(directory: string): Promise<number> {
  const folder = mkdtempSync(join(directory, 'yardstick-'))
  const file = await open(join(folder, 'file'), 'w')
  try {
    await file.write(Buffer.alloc(fileBytes, 1))
    await file.sync()
    const bytes = Buffer.alloc(writeBytes, 2)
    const begin = performance.now()
    let done = 0
    for (; performance.now() - begin < fsyncMs; done += 1) {
      await file.write(bytes, 0, writeBytes, (done * writeBytes) % fileBytes)
      await file.datasync()
    }
    return Math.round((done * 1000) / (performance.now() - begin))
  } finally {
    await file.close()
    rmSync(folder, { recursive: true })
  }
}

async function measureCommits(database: Database): Promise<number> {
  const pool = openDatabase({ ...connectionOf(database), connectionsMax: connections })
  const any = () => 1 + Math.floor(Math.random() * rows)
  const client = async (until: number) => {
    let done = 0
    for (; performance.now() < until; done += 1) {
      const [number, delta] = [any(), String(done % 1000)].map(String) as [string, string]
      await pool.transaction((tx) =>
        tx.burst([
          {
            name: 'yardstick-update',
            text: 'update yardstick.accounts set balance = balance + $2::int where number = $1::int',
            values: [number, delta],
          },
          {
            name: 'yardstick-read',
            text: 'select balance from yardstick.accounts where number = $1::int',
            values: [number],
          },
          {
            name: 'yardstick-append',
            text: 'insert into yardstick.history (number, delta) values ($1::int, $2::int)',
            values: [number, delta],
          },
        ]),
      )
    }
    return done
  }
  const all = (until: number) => Promise.all(Array.from({ length: connections }, () => client(until)))
  try {
    await all(performance.now() + 200)
    const begin = performance.now()
    const counts = await all(begin + commitMs)
    return Math.round((counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - begin))
  } finally {
    await pool.close()
  }
}
