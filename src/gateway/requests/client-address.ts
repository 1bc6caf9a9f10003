import { type AddressList, plainAddress } from '#platform/addresses'

type Came = {
  /** Of the connection. */
  readonly peer: string | undefined
  /** X-Forwarded-For, as it was sent. */
  readonly forwardedFor: string | undefined
  readonly proxies: AddressList | undefined
}

/**
 * The address of the client, when trusted proxies stand between: the last one that they have not seen as one of their
 * own. What stands before it, anyone may have written.
 */
export function clientAddress({ peer, forwardedFor, proxies }: Came): string | undefined {
  let address = plainAddress(peer)
  if (forwardedFor === undefined || proxies?.has(address) !== true) return address
  for (const text of forwardedFor.split(',').reverse()) {
    const before = plainAddress(withoutPort(text.trim()))
    if (before === undefined) return address
    address = before
    if (!proxies.has(address)) return address
  }
  return address
}

/** Some proxies write `192.0.2.1:49152` or `[2001:db8::1]:49152`. */
function withoutPort(text: string): string {
  const [, bracketed, dotted] = /^\[(.+)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? []
  return bracketed ?? dotted ?? text
}
