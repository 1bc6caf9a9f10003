import { BlockList, isIP } from 'node:net'
import { assert } from '#kernel'
import { addBlock, familyOf, withoutZone } from './blocks.ts'

/** A list of addresses and blocks, of IPv4 and IPv6. */
export type AddressList = {
  readonly blocks: readonly string[]
  /** False for what is not an address. An IPv4 address that is mapped into IPv6 is that IPv4 address. */
  readonly has: (address: string | undefined) => boolean
  /** Whether one of its blocks has all of this one. False for an IPv4 block in an IPv6 one. */
  readonly covers: (block: string) => boolean
}

/** Each of `blocks` must be a block, see {@link isAddressBlock}. */
export function createAddressList(blocks: readonly string[]): AddressList {
  const list = new BlockList()
  for (const block of blocks) assert(addBlock(list, block), `${block} is not a block of addresses`)
  const singles = blocks.map(blockOf)
  return {
    blocks,
    has: (text) => {
      const address = plainAddress(text)
      return address !== undefined && list.check(address, familyOf(address))
    },
    covers: (block) => {
      const { address, family, prefix } = blockOf(block)
      return singles.some((one) => one.family === family && one.prefix <= prefix && one.list.check(address, family))
    },
  }
}

function blockOf(text: string) {
  const [address = '', length] = text.split('/', 2)
  const family = familyOf(address)
  const list = new BlockList()
  addBlock(list, text)
  return { address, family, prefix: length === undefined ? (family === 'ipv4' ? 32 : 128) : Number(length), list }
}

/** Whether the text is an address, or one and a length of prefix, such as `10.2.0.0/16` or `fd12::/48`. */
export function isAddressBlock(text: string): boolean {
  return addBlock(new BlockList(), text)
}

const mapped = '::ffff:'

/** Without its zone, and IPv4 as such. undefined: it is not an address. */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const address = withoutZone(text)
  if (isIP(address) === 0) return undefined
  const inner = address.toLowerCase().startsWith(mapped) ? address.slice(mapped.length) : ''
  return isIP(inner) === 4 ? inner : address
}
