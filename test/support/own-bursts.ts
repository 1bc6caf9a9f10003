import type { Database, Transaction } from '#platform/postgres'

/** Sends the burst, or something else in its place, now or later. */
export type OnBurst = (
  purpose: string,
  steps: Parameters<Transaction['burst']>[0],
  send: Transaction['burst'],
) => ReturnType<Transaction['burst']>

export function withBursts(database: Database, onBurst: OnBurst): Database {
  return {
    ...database,
    connect: async (purpose, options) => {
      const connection = await database.connect(purpose, options)
      const send = connection.burst.bind(connection)
      return Object.assign(connection, { burst: (steps: Parameters<typeof send>[0]) => onBurst(purpose, steps, send) })
    },
  }
}
