import type { Server } from 'node:net'
import { Fault } from '../faults/index.ts'

export type Listening = { readonly host: string; readonly port: number; readonly scheme: 'http' | 'https' }

const listenFaults: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} of ${host} is in use by another program; choose another with --port.`,
  EACCES: (host, port) => `Port ${port} of ${host} may not be used by this user; choose one above 1023 with --port.`,
  EADDRNOTAVAIL: (host) => `${host} is not an address of this machine; choose another with --host.`,
  ENOTFOUND: (host) => `${host} is not the name of an address; choose another with --host.`,
}

/** A Fault `port_taken` or `address_unusable` for the operator, or the error as it is. */
export function asListenFault(error: unknown, { host, port }: Listening): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = listenFaults[code]?.(host, port)
  if (message === undefined) return error
  const kind = code === 'EADDRINUSE' ? 'port_taken' : 'address_unusable'
  return new Fault({ code: kind, message, retryable: false, cause: error })
}

/** Of a server that listens. Port 0 has become a free one. */
export function listeningUrl(server: Pick<Server, 'address'>, { host, port, scheme }: Listening): string {
  const address = server.address()
  const listening = typeof address === 'object' && address !== null ? address.port : port
  const anyHost = host === '0.0.0.0' || host === '::'
  return `${scheme}://${anyHost ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${listening}`
}
