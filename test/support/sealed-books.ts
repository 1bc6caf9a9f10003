import { expect } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { createBatchHasher, createSealer, hashBlock, journalTables, type Verification, verifyLedger } from '#ledger'
import { type Database, openDatabase, openSnapshotReader } from '#platform/postgres'
import { keepSmallBooks } from './small-books.ts'
import { createTestDatabase } from './test-database.ts'

/** The small books, sealed in two blocks, to be copied and tampered with by an attacker with all rights. */
export type SealedBooks = {
  /** By reference. */
  readonly positions: ReadonlyMap<string, string>
  readonly transferIds: ReadonlyMap<string, string>
  readonly copied: (use: (database: Database) => Promise<void>) => Promise<void>
  /** Replaces `$name` by the position of that transfer, and `@code` by an account's number. */
  readonly run: (database: Database, sql: string) => Promise<void>
  /** Replaces `$name` by the positions of transfers, and `transfer of x` and `account of x` by public names. */
  readonly named: (database: Database, text: string) => Promise<string>
  readonly drop: () => Promise<void>
}

/** An attacker with all rights on the database, and time to think. */
export type Tampering = {
  readonly what: string
  /** SQL with `$name` for the position of the transfer with that reference, and `@code` for an account's number. */
  readonly does: string | ((database: Database) => Promise<unknown>)
  /** The checks that find something; no other check does. */
  readonly caughtBy: readonly string[]
  /** Findings among others; `transfer of x`, `id of x` and `account of x` stand for their names. */
  readonly saying: readonly string[]
}

export function detects(books: SealedBooks, { does, caughtBy, saying }: Tampering): Promise<void> {
  return books.copied(async (database) => {
    await (typeof does === 'string' ? books.run(database, does) : does(database))
    const verification = await verifyLedger(database)
    const findings = findingsOf(verification)
    for (const text of saying) expect(findings).toContain(await books.named(database, text))
    expect(failing(verification)).toEqual(caughtBy)
  })
}

export async function keepSealedBooks(): Promise<SealedBooks> {
  const original = await createTestDatabase()
  // A pool of its own, closed in the end, so that the database can be copied.
  const database = openDatabase(original.connection)
  const sealer = createSealer({ database, onFault: () => {} })
  const sealAll = async () => {
    await sealer.seal()
  }
  const books = await keepSmallBooks(database, sealAll)
  await sealAll()
  const rows = await database.query<{ reference: string; position: bigint; id: string }>({
    text: 'select reference, position, id from ledger.transfers where reference is not null',
  })
  await books.close()
  await database.close()

  const positions = new Map(rows.map(({ reference, position }) => [reference, String(position)]))
  const transferIds = new Map(rows.map(({ reference, id }) => [reference, encodeId(idPrefix.transfer, id)]))
  const placed = (text: string) =>
    text.replaceAll(/\$([a-z]+)/g, (_, reference: string) => positions.get(reference) ?? '')
  return {
    positions,
    transferIds,
    drop: original.drop,
    copied: async (use) => {
      const copy = await createTestDatabase({ copyOf: original.connection.database })
      await use(copy.database)
      await copy.drop()
    },
    run: async (on, sql) => {
      const number = (code: string) => `(select number from ledger.accounts where book_id = 1 and code = '${code}')`
      const filled = placed(sql).replaceAll(/@([a-z:]+)/g, (_, code: string) => number(code))
      for (const text of filled.split(';')) if (text.trim() !== '') await on.query({ text })
    },
    named: async (on, text) => {
      const accounts = await on.query<{ code: string; id: string }>({
        text: 'select code, id from ledger.accounts where book_id = 1',
      })
      const names = new Map(accounts.map(({ code, id }) => [code, `${code} (${encodeId(idPrefix.account, id)})`]))
      return placed(text)
        .replaceAll(/id of ([a-z]+)/g, (_, reference: string) => transferIds.get(reference) ?? '')
        .replaceAll(/transfer of ([a-z]+)/g, (_, reference: string) => `transfer ${transferIds.get(reference)}`)
        .replaceAll(/account of ([a-z]+(?::[a-z]+)*)/g, (_, code: string) => `account ${names.get(code)}`)
    },
  }
}

/** As an attacker who knows the format would. */
export async function rehash(database: Database, position: number): Promise<void> {
  const reader = await openSnapshotReader(database.connection, { purpose: 'test' })
  const hasher = createBatchHasher()
  for (const { table, columns, order } of journalTables) {
    const tuples: Buffer[] = []
    const rows = `select ${columns.join(', ')} from ${table}
      where position >= ${position} and position < ${position} + 16384 order by ${order.join(', ')}`
    await reader.copyOut(`copy (${rows}) to stdout (format binary)`, (_, tuple) => tuples.push(Buffer.from(tuple)))
    hasher.add(table, tuples.length, ...tuples)
  }
  await reader.close()
  await database.query({
    text: 'update ledger.batches set hash = $1 where position = $2',
    values: [hasher.digest(), position],
  })
}

export async function rehashBlock(database: Database, number: number): Promise<void> {
  const batches = await database.query<{ position: bigint; hash: Buffer; previous: Buffer }>({
    text: `select batch.position, batch.hash, block.previous
      from ledger.blocks block
      cross join unnest(block.batches) with ordinality as sealed (position, place)
      join ledger.batches batch on batch.position = sealed.position
      where block.number = $1 order by sealed.place`,
    values: [number],
  })
  const hash = hashBlock(batches[0]?.previous ?? Buffer.alloc(32), batches)
  await database.query({ text: 'update ledger.blocks set hash = $1 where number = $2', values: [hash, number] })
}

export function failing(verification: Verification): string[] {
  return verification.checks.filter(({ ok }) => !ok).map(({ name }) => name)
}

export function findingsOf(verification: Verification): string {
  return verification.checks.flatMap(({ findings }) => findings).join('\n')
}
