/** What a certificate may be for. The server's table of ports (src/platform/tls/allowed-roles.ts) has the same names. */
export const certificateRoles = [
  'gateway',
  'api',
  'worker',
  'relay',
  'scheduler',
  'client',
  'operator',
  'monitor',
  'rail',
  'postgres',
  'kafka',
] as const
