/**
 * Settings that the program relies on, and that a role or database may override:
 * - Transactions see the commits of others, and are not refused for their reads.
 * - Long work, such as a migration or the verification, and idle connections are not ended: each statement has its own
 *   time limit.
 * - Times are written so that they can be read back, unlike `IST`, the time of India and of Israel.
 * - Nulls of arrays and backslashes are read as they are meant.
 * - An answered commit has been written to the disk, and to that of synchronous replicas.
 */
export const plainSettings = {
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  datestyle: 'ISO, YMD',
  timezone: 'UTC',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  synchronous_commit: 'on',
} as const

/**
 * An SQL condition: whether the setting `name` is to be set. Before version 17 the server has no time limit on
 * transactions. `synchronous_commit` is left as it is, unless commits would be answered before they are durable.
 */
export const isToBeSet = (name: string) => `case ${name}
    when 'transaction_timeout' then current_setting('server_version_num')::integer >= 170000
    when 'synchronous_commit' then current_setting('synchronous_commit') in ('off', 'local')
    else true end`
