import { Type } from 'typebox'
import { type AddressList, createAddressList, isAddressBlock } from '#platform/addresses'
import { expectation, InvalidRequest } from '#platform/http'

const addressesMax = 100

const block = Type.String({
  pattern: '^[0-9a-fA-F.:]{2,45}(/[0-9]{1,3})?$',
  [expectation]: 'an address or a block of addresses, such as 203.0.113.7, 10.2.0.0/16 or 2001:db8::/32',
  examples: ['10.2.0.0/16'],
})

export const allowedAddresses = Type.Array(block, {
  minItems: 1,
  maxItems: addressesMax,
  uniqueItems: true,
  description:
    'Addresses and blocks, of IPv4 and IPv6, from which alone it may be used; by default from everywhere. Behind a gateway, the address is that of its client.',
  examples: [['203.0.113.7', '2001:db8::/32']],
})

/** In a change, null lifts the list. */
export const changedAddresses = Type.Union([allowedAddresses, Type.Null()], {
  description: 'Addresses and blocks from which alone it may be used; null: from everywhere.',
  examples: [['203.0.113.7']],
})

export const shownAddresses = Type.Union([Type.Array(Type.String()), Type.Null()], {
  description: 'Addresses and blocks from which alone it may be used; null: from everywhere.',
  examples: [['203.0.113.7', '2001:db8::/32']],
})

export function showAddresses(list: AddressList | undefined): string[] | null {
  return list === undefined ? null : [...list.blocks]
}

export function readAddresses(blocks: readonly string[] | undefined): AddressList | undefined {
  if (blocks === undefined) return undefined
  const wrong = blocks.findIndex((one) => !isAddressBlock(one))
  if (wrong === -1) return createAddressList(blocks)
  const detail = `allowed_addresses[${wrong}] must be an address or a block of addresses, such as 10.2.0.0/16.`
  throw new InvalidRequest(detail, { param: `allowed_addresses[${wrong}]` })
}
