import type { Socket } from 'node:net'

/** The address that identifies a client. For IPv6, its first 48 bits: one client may own that whole prefix. */
export function networkOf({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  if (remoteAddress.startsWith('::ffff:') || !remoteAddress.includes(':')) return remoteAddress
  const [before = [], after = []] = remoteAddress.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].slice(0, 3).join(':')
}
