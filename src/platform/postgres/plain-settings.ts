/**
 * Settings that the program relies on, and that a role or database may override. Transactions see the commits of others
 * and are not refused for their reads. Statements have their own time limits, so sessions need none. `ISO` can be read
 * back, unlike `IST` (India or Israel). Answered commits are durable, also on synchronous replicas.
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

/** SQL: whether to set `name`. `transaction_timeout` is new in version 17. A durable `synchronous_commit` stays. */
export const isToBeSet = (name: string) => `case ${name}
    when 'transaction_timeout' then current_setting('server_version_num')::integer >= 170000
    when 'synchronous_commit' then current_setting('synchronous_commit') in ('off', 'local')
    else true end`
