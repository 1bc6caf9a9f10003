import { type BlockList, isIPv4, isIPv6 } from 'node:net'

/** False when it is not an address and a length of prefix, such as `10.0.0.0/8`. An address alone is one of itself. */
export function addBlock(list: BlockList, text: string): boolean {
  const [, address = '', length] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  const prefix = length === undefined ? bits : Number(length)
  if (bits < 0 || prefix > bits) return false
  list.addSubnet(address, prefix, familyOf(address))
  return true
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

export function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}
