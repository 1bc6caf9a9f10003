export { checkedLookup, type Resolve, refused } from './checked-lookup.ts'
export { allowOutgoing, isAddressBlock, type OutgoingSource, refusalOfHost } from './outgoing-policy.ts'
