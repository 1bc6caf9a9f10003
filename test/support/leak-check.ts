import { afterAll } from 'vitest'
import { useKeyring } from '#platform/sealing'
import { openTestDatabases } from './open-test-databases.ts'

// After the file's own hooks: a connection or a transaction still open in a database fails the file.
afterAll(async () => {
  // Of a server that was stopped: other files of this process seal nothing.
  useKeyring(undefined)
  const drops = [...openTestDatabases.values()]
  openTestDatabases.clear()
  const ends = await Promise.allSettled(drops.map((drop) => drop()))
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  if (failures.length > 0)
    throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'test databases that would not go')
})
