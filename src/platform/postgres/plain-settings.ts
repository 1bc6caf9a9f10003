/**
 * What the program takes for granted, and a role or database may have been set to otherwise: transactions see what
 * others have committed and are not refused for what they read; and times are written so that they can be read back,
 * which `IST` is not, the time of India and of Israel.
 */
export const plainSettings = {
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  datestyle: 'ISO, YMD',
  timezone: 'UTC',
} as const
