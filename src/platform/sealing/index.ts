export { createDataKeys, type DataKeys } from './data-keys.ts'
export type { KeyEncryption } from './key-encryption.ts'
export { openKeyFile } from './key-file.ts'
export {
  indexed,
  isIndexed,
  isStale,
  openField,
  openJsonField,
  type Place,
  sealField,
  sealJsonField,
  useKeyring,
} from './keyring.ts'
export { type KeyEncryptionSettings, openKeyEncryption } from './open-key-encryption.ts'
export { createResealer } from './resealer.ts'
export { type SealingRoutesDeps, sealingProblems, sealingRoutes } from './sealing-routes.ts'
export { columnsTask, type SealedPage, type SealingTask } from './sealing-task.ts'
export { createSecretSealing, type Sealing } from './secret-sealing.ts'
export { secretsTask } from './secrets-task.ts'
