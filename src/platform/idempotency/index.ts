export type { IdempotencyClaim, Idempotent, StoredAnswer } from './idempotency.ts'
