export { findAnswer } from './find-answer.ts'
export { fingerprintInTurns, fingerprintRequest } from './fingerprint.ts'
export type { Idempotent, IdempotentRequest, StoredAnswer } from './idempotency.ts'
export {
  type FoundKeys,
  findKeysStep,
  parseFoundKeys,
  storeKeysStep,
} from './idempotency-store.ts'
export { isInParts, itemRequests, type Part, partOf, takeKey } from './item-requests.ts'
export { createKeyPruner } from './key-pruner.ts'
export { isKeyTaken, once } from './once.ts'
export { createRunningKeys, type RunningKeys } from './running-keys.ts'
