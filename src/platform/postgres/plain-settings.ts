/**
 * What the program takes for granted, and a role or database may have been set to otherwise: transactions see what
 * others have committed and are not refused for what they read; what takes long, as a migration or the verification does,
 * and what waits for its next use are not ended, as each statement has its own time limit; times are written so that they can be read back,
 * which `IST` is not, the time of India and of Israel; nulls of arrays and backslashes are read as they are meant; and what is
 * answered has been written to the disk, and to that of synchronous replicas.
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
 * A condition of SQL: whether the setting `name` is to be set. Before version 17 the server has no time limit on
 * transactions; and how commits are made durable is left as it is, unless they would be answered before they are.
 */
export const isToBeSet = (name: string) => `case ${name}
    when 'transaction_timeout' then current_setting('server_version_num')::integer >= 170000
    when 'synchronous_commit' then current_setting('synchronous_commit') in ('off', 'local')
    else true end`
