import { vi } from 'vitest'
import type { Database } from '#platform/postgres'
import type { TestDatabase } from './test-database.ts'

export type Replacement = {
  /** Below `src`, such as `ledger/transfers/transfer-rules.ts`. */
  readonly file: string
  // biome-ignore lint/suspicious/noExplicitAny: a replacement may take any exported thing's place.
  readonly replace: (original: any) => object
}

/** Two ledgers on one database, as two processes would have them. */
export type Variant = {
  readonly first: import('#ledger').Ledger
  readonly second: import('#ledger').Ledger
  readonly database: Database
  readonly stop: () => Promise<void>
}

export async function importChanged<Program>(
  replacement: Replacement | undefined,
  load: () => Promise<Program>,
): Promise<Program> {
  vi.resetModules()
  const path = replacement && new URL(`../../src/${replacement.file}`, import.meta.url).pathname
  if (replacement && path) {
    vi.doMock(path, async (importOriginal) => {
      const original = await importOriginal<object>()
      return { ...original, ...replacement.replace(original) }
    })
  }
  const program = await load()
  if (path) vi.doUnmock(path)
  return program
}

export async function startVariant(test: TestDatabase, replacement?: Replacement): Promise<Variant> {
  const { createLedger, openDatabase } = await importChanged(replacement, async () => {
    const { createLedger } = await import('#ledger')
    const { openDatabase } = await import('#platform/postgres')
    return { createLedger, openDatabase }
  })
  const database = openDatabase(test.connection)
  const faults: Error[] = []
  const [first, second] = [0, 1].map(() => createLedger({ database, onFault: (fault) => faults.push(fault) }))
  if (first === undefined || second === undefined) throw new Error('two ledgers were made')
  await first.start()
  await second.start()
  return {
    first,
    second,
    database,
    stop: async () => {
      await first.stop(5_000)
      await second.stop(5_000)
      await database.close()
    },
  }
}
