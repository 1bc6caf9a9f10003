/** What a certificate may be for. It says so by a name of the form `munim:role:NAME` (a URI). */
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

export type CertificateRole = (typeof certificateRoles)[number]

/** The ports that ask clients for a certificate, and the roles that each admits. One of a certificate's roles is enough. */
export const allowedRoles = {
  /** Of a process with the role `api`: requests, callbacks of rails, health and metrics. */
  api: ['gateway', 'client', 'operator', 'rail', 'monitor'],
  /** Of a process with the role `gateway`: what clients send. */
  gateway: ['client', 'operator', 'rail', 'monitor'],
  /** Of every other process: health, metrics and the workers' recommendation. */
  service: ['gateway', 'operator', 'monitor'],
  /** It has this line again (rail-simulator/src/server/tls.ts), because it imports nothing of Munim. */
  'rail-simulator': ['api', 'worker', 'scheduler', 'operator'],
} as const satisfies Readonly<Record<string, readonly CertificateRole[]>>

export type TlsPort = keyof typeof allowedRoles
