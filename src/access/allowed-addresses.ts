import type { AddressList } from '#platform/addresses'

/** An unknown address is on no list. */
export function isAllowed(addresses: AddressList | undefined, address: string | undefined): boolean {
  return addresses === undefined || addresses.has(address)
}
