import { isIP, isIPv4 } from 'node:net'
import { assert } from '#kernel'
import { blockParts, familyOf, withoutZone } from './blocks.ts'

/** A list of addresses and blocks, of IPv4 and IPv6. */
export type AddressList = {
  readonly blocks: readonly string[]
  /** False for what is not an address. An IPv4 address that is mapped into IPv6 is that IPv4 address. */
  readonly has: (address: string | undefined) => boolean
  /** Whether one of its blocks has all of this one. False for an IPv4 block in an IPv6 one. */
  readonly covers: (block: string) => boolean
}

/**
 * Each of `blocks` must be a block, see {@link isAddressBlock}; a text has them with blanks between. Directories hold
 * thousands of lists that nobody asks, so a list is read when it is first asked.
 */
export function createAddressList(blocks: readonly string[] | string): AddressList {
  const given = () => (typeof blocks === 'string' ? blocks.split(' ') : blocks)
  let read: readonly Block[] | undefined
  const ranges = () => {
    read ??= given().map(blockOf)
    return read
  }
  return {
    get blocks() {
      return given()
    },
    has: (text) => {
      const plain = plainAddress(text)
      if (plain === undefined) return false
      const address = numberOf(plain)
      return ranges().some((block) => isWithin(address, block))
    },
    covers: (text) => {
      const { first, prefix, family } = blockOf(text)
      return ranges().some((block) => block.family === family && block.prefix <= prefix && isWithin(first, block))
    },
  }
}

type Block = { readonly first: bigint; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' }

/** Of 128 bits: IPv4 is where it is mapped into IPv6. So `::/0` has all addresses of IPv4. */
function blockOf(text: string): Block {
  const block = blockParts(text)
  assert(block !== undefined, `${text} is not a block of addresses`)
  const { address, prefix } = block
  const family = familyOf(address)
  return { first: numberOf(address), prefix: family === 'ipv4' ? prefix + 96 : prefix, family }
}

function isWithin(address: bigint, { first, prefix }: Block): boolean {
  const shift = BigInt(128 - prefix)
  return address >> shift === first >> shift
}

/** The 128 bits of an address, see {@link Block}. The text must be one. */
function numberOf(address: string): bigint {
  if (isIPv4(address)) return 0xffff_0000_0000n | dottedNumber(address)
  const [, before = '', dotted] = /^(.*:)(\d+\.[\d.]+)$/.exec(address) ?? []
  const tail = dotted === undefined ? '' : dottedNumber(dotted).toString(16).padStart(8, '0').replace(/....$/, ':$&')
  const [left = '', right] = (dotted === undefined ? address : `${before}${tail}`).split('::')
  const [high, low] = [left, right ?? ''].map((groups) => (groups === '' ? [] : groups.split(':')))
  const zeros = right === undefined ? 0 : 8 - (high?.length ?? 0) - (low?.length ?? 0)
  const groups = [...(high ?? []), ...Array<string>(zeros).fill('0'), ...(low ?? [])]
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}

function dottedNumber(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

/** Whether the text is an address, or one and a length of prefix, such as `10.2.0.0/16` or `fd12::/48`. */
export function isAddressBlock(text: string): boolean {
  return blockParts(text) !== undefined
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
