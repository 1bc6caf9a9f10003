import type { Database } from '#platform/postgres'
import type { FindStoredCall } from '#rails'
import { indexPlansStep } from '../handling/load-rows.ts'
import { findAttemptsStep, toAttempt } from '../rows/attempt-store.ts'

/** The latest attempt that the rail names so, with its handle. */
export async function findRailCall(
  database: Pick<Database, 'transaction'>,
  { rail, railReference }: Parameters<FindStoredCall>[0],
): ReturnType<FindStoredCall> {
  const rows = await database.transaction(async (tx) => {
    const [, found] = await tx.burst([indexPlansStep, findAttemptsStep([rail], [railReference])])
    return found?.rows ?? []
  })
  const latest = rows.map(toAttempt).at(-1)
  if (latest === undefined) return undefined
  const { id, operation } = latest
  const { handle } = latest.exchange ?? {}
  return { id, operation, ...(handle && { handle }) }
}
