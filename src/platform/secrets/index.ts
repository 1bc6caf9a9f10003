export { openSealKeyFile } from './seal-key-file.ts'
export { createSealing, type Sealing } from './sealing.ts'
export { openSecret, openSecretText, type Secret, type SecretResult, type SecretTextResult } from './secret.ts'
