export { derivedUuid, repeatableUuid, requestedUuid } from './derived-uuid.ts'
export { newUuid } from './new-uuid.ts'
