import { totalmem } from 'node:os'

export type ServerSettings = Readonly<Record<string, string>>

const mebibyte = 1024 * 1024

/** Tuned for many small durable commits by few connections, and tables that mostly grow. `ALTER SYSTEM` overrides. */
export function defaultSettings(memoryBytes = totalmem()): ServerSettings {
  // An eighth of the memory, as the operating system caches too, up to the size of the hot tables' ends and indexes.
  const sharedBuffersMb = Math.max(32, Math.min(512, Math.floor(memoryBytes / mebibyte / 8)))
  return {
    // Reached only by its socket, whose directory and peer authentication exclude other users.
    listen_addresses: '',
    port: '5432',
    max_connections: '60',
    // A reader of an aging table locks all its partitions and their indexes: hundreds after some years.
    max_locks_per_transaction: '256',
    shared_buffers: `${sharedBuffersMb}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    effective_cache_size: `${Math.floor(memoryBytes / mebibyte / 2)}MB`,
    // Rare checkpoints: after each one, every touched page is written to the log in full once more.
    max_wal_size: '4GB',
    min_wal_size: '512MB',
    checkpoint_timeout: '15min',
    wal_level: 'replica',
    wal_compression: 'off',
    // Statements are short and prepared; compiling them costs more than it gains.
    jit: 'off',
    random_page_cost: '1.1',
    // Tables that only grow must be vacuumed by their inserts, or index-only scans and freezing fall behind.
    autovacuum_vacuum_insert_scale_factor: '0.05',
    autovacuum_vacuum_insert_threshold: '50000',
    autovacuum_analyze_scale_factor: '0.02',
    autovacuum_naptime: '20s',
    autovacuum_vacuum_cost_limit: '1000',
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.max': '2000',
    'pg_stat_statements.track': 'all',
    'pg_stat_statements.track_utility': 'on',
    track_io_timing: 'on',
    // Callers log the errors of their statements. The server's log has only its own events.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    timezone: 'UTC',
    log_timezone: 'UTC',
    datestyle: 'iso, ymd',
    lc_messages: 'C',
    default_text_search_config: 'pg_catalog.simple',
  }
}

/** Contains `version`, because another PostgreSQL requires another start. */
export function renderSettings(settings: ServerSettings, version: string): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
  return [
    `# PostgreSQL ${version}. Written by Munim at every start; use ALTER SYSTEM to change a setting.`,
    ...lines,
    '',
  ].join('\n')
}

export const accessRules = '# Written by Munim at every start.\nlocal all all peer map=munim\n'

export function renderAdmitted(admitted: readonly string[], role: string): string {
  const lines = admitted.map((name) => `munim "${name}" ${role}`)
  return ['# Written by Munim at every start.', ...new Set(lines), ''].join('\n')
}
