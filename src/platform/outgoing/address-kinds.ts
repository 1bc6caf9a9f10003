import { BlockList, isIPv6 } from 'node:net'
import { addBlock, familyOf, withoutZone } from '../addresses/index.ts'

/**
 * What an address is for. `metadata`: servers of a cloud that hand out credentials. `translated`: an IPv4 address within
 * an IPv6 address. `reserved`: everything else that is not on the public internet.
 */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'translated'
  | 'reserved'

/** By the registries of special-purpose addresses (RFC 6890) and the manuals of the clouds. The first match counts. */
const ranges: readonly (readonly [Exclude<AddressKind, 'public' | 'translated'>, readonly string[]])[] = [
  [
    'metadata',
    [
      '169.254.169.254/32',
      '169.254.170.2/32',
      '169.254.170.23/32',
      '100.100.100.200/32',
      '168.63.129.16/32',
      '192.0.0.192/32',
      'fd00:ec2::254/128',
      'fd00:ec2::23/128',
      'fd20:ce::254/128',
    ],
  ],
  ['unspecified', ['0.0.0.0/8', '::/128']],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
  ['link_local', ['169.254.0.0/16', 'fe80::/10']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  [
    'reserved',
    [
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '240.0.0.0/4',
      '2001::/23',
      '2001:db8::/32',
      '3fff::/20',
    ],
  ],
]

const lists = ranges.map(([kind, blocks]) => {
  const list = new BlockList()
  for (const block of blocks) addBlock(list, block)
  return [kind, list] as const
})

/** Global unicast addresses. All others are not in use on the public internet. */
const globalUnicast = new BlockList()
addBlock(globalUnicast, '2000::/3')

/** `address` is an IP address, with or without a zone. */
export function kindOf(address: string): AddressKind {
  const bare = withoutZone(address)
  if (ipv4Within(bare) !== undefined) return 'translated'
  const family = familyOf(bare)
  const found = lists.find(([, list]) => list.check(bare, family))
  if (found !== undefined) return found[0]
  return family === 'ipv4' || globalUnicast.check(bare, 'ipv6') ? 'public' : 'reserved'
}

/** The IPv4 address that a mapped, compatible, NAT64 or 6to4 address leads to. undefined: it is none of these. */
export function ipv4Within(address: string): string | undefined {
  const bare = withoutZone(address)
  if (!isIPv6(bare)) return undefined
  const groups = groupsOf(bare)
  const [first = 0, second = 0, third = 0] = groups
  const last = () => dotted(groups.slice(6))
  if (first === 0x2002) return dotted([second, third])
  if (first === 0x64 && second === 0xff9b && areZero(groups.slice(2, 6))) return last()
  if (areZero(groups.slice(0, 5)) && groups[5] === 0xffff) return last()
  // "::" and "::1" are no compatible addresses.
  const isCompatible = areZero(groups.slice(0, 6)) && !(groups[6] === 0 && (groups[7] ?? 0) <= 1)
  return isCompatible ? last() : undefined
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [, head = address, quad] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? []
  const bytes = quad?.split('.').map(Number) ?? []
  const tail = [0, 2]
    .slice(0, bytes.length / 2)
    .map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  const [before = '', after] = (head + tail.join(':')).split('::')
  const parse = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [left, right] = [parse(before), parse(after ?? '')]
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function areZero(groups: readonly number[]): boolean {
  return groups.every((group) => group === 0)
}

function dotted([high = 0, low = 0]: readonly number[]): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
