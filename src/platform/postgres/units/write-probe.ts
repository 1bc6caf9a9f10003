import type { BurstStep } from '../burst.ts'
import type { Database } from '../database.ts'
import { ownRow } from './commit-unit.ts'

const goodMs = 1_000
const patienceMs = 2_000

/** Checks by a write that the database is not read only or out of disk. Callers share about one write per second. */
export function createWriteProbe(database: Pick<Database, 'unit' | 'room'>): () => Promise<boolean> {
  let writing: Promise<boolean> | undefined
  let latest: { readonly result: Promise<boolean>; readonly atMs: number } | undefined
  return () => {
    if (latest === undefined || performance.now() - latest.atMs > goodMs) {
      writing ??= writeOne(database).finally(() => {
        writing = undefined
      })
      latest = { result: withinPatience(writing), atMs: performance.now() }
    }
    return latest.result
  }
}

const writeStep: BurstStep = { name: 'write-probe', text: 'select pg_current_xact_id()' }

/** The write is the unit's own proof row. Its id is not passed, since its loss need not be reported. */
function writeOne(database: Pick<Database, 'unit' | 'room'>): Promise<boolean> {
  const proof = database.room.proof()
  return database
    .unit((unit) => {
      const { write, find } = ownRow()
      return unit.commit([proof?.step ?? writeStep], { write, find })
    })
    .then(
      () => {
        proof?.noteRoom()
        return true
      },
      () => false,
    )
}

async function withinPatience(result: Promise<boolean>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, patienceMs, false)
  return Promise.race([result, late]).finally(() => clearTimeout(timer))
}
