import type { Database } from '#platform/postgres'
import { until } from './patience.ts'

/** The database, for lanes whose knowledge of pauses a test waits for. */
export type WatchedControls = { readonly database: Database; readonly known: () => Promise<void> }

/** `known` resolves when the lanes know each pause that was committed before the call. */
export function watchControls(database: Database): WatchedControls {
  let reads = 0
  return {
    database: {
      ...database,
      query: async (statement) => {
        const rows = await database.query<never>(statement)
        if (statement.name === 'lanes-read-controls') reads += 1
        return rows
      },
    },
    known: () => {
      const before = reads
      // The next one may have begun before the call.
      return until(() => reads >= before + 2)
    },
  }
}
