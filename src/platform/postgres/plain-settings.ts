/**
 * What the program takes for granted, and a role or database may have been set to otherwise: transactions see what
 * others have committed and are not refused for what they read; what takes long, as a migration or the verification does,
 * and what waits for its next use are not ended, as each statement has its own time limit; and times are written so that they can be read back,
 * which `IST` is not, the time of India and of Israel.
 */
export const plainSettings = {
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  datestyle: 'ISO, YMD',
  timezone: 'UTC',
  idle_session_timeout: '0',
  transaction_timeout: '0',
} as const

/** A condition of SQL: whether the server knows the setting `name`; before version 17 it has no time limit on transactions. */
export const isKnownSetting = (name: string) =>
  `(${name} <> 'transaction_timeout' or current_setting('server_version_num')::integer >= 170000)`
