import { BlockList, isIP } from 'node:net'
import { Fault } from '#platform/faults'
import { addBlock, familyOf, withoutZone } from '../addresses/index.ts'
import { type AddressKind, ipv4Within, kindOf } from './address-kinds.ts'

/** Where the URL of a call comes from: the operator's configuration, or data, such as the address of a webhook. */
export type OutgoingSource = 'configuration' | 'data'

/** Where operators run what they name by configuration, such as a proxy of a rail. */
const internalKinds: ReadonlySet<AddressKind> = new Set(['loopback', 'private'])

const descriptions: Readonly<Record<Exclude<AddressKind, 'public'>, string>> = {
  loopback: 'a loopback address',
  private: 'a private address',
  link_local: 'a link-local address',
  metadata: 'an address of a metadata service',
  multicast: 'a multicast address',
  unspecified: 'an unspecified address',
  translated: 'an IPv6 address that leads to an IPv4 address',
  reserved: 'a reserved address',
}

let allowed = new BlockList()

/** For the whole process, as `--outgoing-allow` is. Each is an address or a block, such as `10.2.0.0/16`. */
export function allowOutgoing(blocks: readonly string[]): void {
  const list = new BlockList()
  for (const block of blocks) {
    if (addBlock(list, block)) continue
    throw new Fault({
      code: 'outgoing_allow_wrong',
      message: `${block} is not a block of addresses.`,
      retryable: false,
    })
  }
  allowed = list
}

/** Why a call to the address is refused; undefined: it is not. The text does not repeat the address. */
export function refusalOfAddress(address: string, source: OutgoingSource): string | undefined {
  const bare = withoutZone(address)
  const isAllowed = allowed.check(bare, familyOf(bare))
  const inner = ipv4Within(bare)
  if (inner !== undefined) {
    // The form alone gives no access to the address within it.
    return isAllowed || source === 'configuration' ? refusalOfAddress(inner, source) : descriptions.translated
  }
  const kind = kindOf(bare)
  if (kind === 'public' || isAllowed) return undefined
  return source === 'configuration' && internalKinds.has(kind) ? undefined : descriptions[kind]
}

/** Of a host that may be a name. An address that the configuration itself has is what the operator wants. */
export function refusalOfHost(host: string, source: OutgoingSource): string | undefined {
  const address = host.replace(/^\[|\]$/g, '')
  return isIP(address) === 0 || source === 'configuration' ? undefined : refusalOfAddress(address, source)
}
