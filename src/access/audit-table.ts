import type { Queryable } from '#platform/postgres'
import type { AgingTable } from '#platform/retention'

/** The log of administrative acts. Its old rows are dropped by the month. */
export function auditTable(keepDays: number | undefined): AgingTable {
  return {
    name: 'access.audit_log',
    key: 'recorded_at',
    period: 'month',
    bound: (startMs) => `${new Date(startMs).toISOString().slice(0, 10)} 00:00:00+00`,
    keepDays,
    beforeDrop: keepHash,
  }
}

/** Keeps the hash that the rest of the log follows. */
async function keepHash(tx: Queryable, partition: string): Promise<boolean> {
  await tx.query({
    text: `insert into access.audit_log_dropped (number, hash)
      select number, hash from ${partition} order by number desc limit 1
      on conflict (number) do nothing`,
  })
  return true
}
