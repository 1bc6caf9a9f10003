import { type BlockList, isIPv4, isIPv6 } from 'node:net'

/** An address alone is a block of itself. undefined: not an address and a length of prefix, such as `10.0.0.0/8`. */
export function blockParts(text: string): { readonly address: string; readonly prefix: number } | undefined {
  const [, address = '', length] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  const prefix = length === undefined ? bits : Number(length)
  return bits < 0 || prefix > bits ? undefined : { address, prefix }
}

/** False when it is no block. */
export function addBlock(list: BlockList, text: string): boolean {
  const block = blockParts(text)
  if (block !== undefined) list.addSubnet(block.address, block.prefix, familyOf(block.address))
  return block !== undefined
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

export function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}
