export { type AddressList, createAddressList, isAddressBlock, plainAddress } from './address-list.ts'
export { addBlock, familyOf, withoutZone } from './blocks.ts'
export { networkOf } from './network-of.ts'
