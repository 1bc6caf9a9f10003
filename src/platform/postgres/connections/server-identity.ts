import type { Queryable } from '../transaction.ts'

/**
 * SQL that identifies a server and its run, in every session. It changes with a start, a promotion, and a crash of a
 * process, which resets the statistics. A database that took another's name differs, too.
 */
export const identityText = `concat_ws(' ',
  (select system_identifier from pg_control_system()),
  (select timeline_id from pg_control_checkpoint()),
  extract(epoch from pg_postmaster_start_time()),
  (select extract(epoch from stats_reset) from pg_stat_bgwriter),
  (select oid from pg_database where datname = current_database()))`

/**
 * Of the files that the server runs on: files that were put back from a copy have another one. Undefined if the role may
 * not see it. A snapshot of a whole volume keeps it.
 */
export async function copyOf(database: Queryable): Promise<string | undefined> {
  const text = `select has_function_privilege('pg_stat_file(text)', 'execute') as "isAllowed"`
  const [right] = await database.query<{ isAllowed: boolean }>({ text })
  if (right?.isAllowed !== true) return undefined
  // This file is written once, and no server changes it.
  const read = `select extract(epoch from change)::text as copy from pg_stat_file('PG_VERSION')`
  const [file] = await database.query<{ copy: string }>({ text: read })
  return file?.copy
}
