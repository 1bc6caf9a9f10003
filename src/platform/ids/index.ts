export { derivedUuid, isDerivedUuid, renewableUuid, repeatableUuid, requestedUuid } from './derived-uuid.ts'
export { newUuid } from './new-uuid.ts'
