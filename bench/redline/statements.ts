import type { Database } from '#platform/postgres'
import type { TopStatement } from './result.ts'

const shown = 15

/** Counts from now on, where the server has pg_stat_statements, as the embedded one has. */
export async function countStatements(database: Database): Promise<void> {
  await database.query({ text: 'create extension if not exists pg_stat_statements' })
  await database.query({ text: 'select from pg_stat_statements_reset()' })
}

/** Those that took most of the server's time. */
export async function readTopStatements(database: Database): Promise<readonly TopStatement[]> {
  return database.query<TopStatement>({
    text: `select left(regexp_replace(query, '\\s+', ' ', 'g'), 100) as text, calls::int as calls,
        total_exec_time / 1000 as seconds, mean_exec_time as "meanMs"
      from pg_stat_statements order by total_exec_time desc limit ${shown}`,
  })
}
