export { derivedUuid } from './derived-uuid.ts'
export { newUuid } from './new-uuid.ts'
