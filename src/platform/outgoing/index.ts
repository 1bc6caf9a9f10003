export { addressesOf, checkedLookup, type FoundAddress, type Resolve, refused } from './checked-lookup.ts'
export { allowOutgoing, type OutgoingSource, refusalOfHost } from './outgoing-policy.ts'
