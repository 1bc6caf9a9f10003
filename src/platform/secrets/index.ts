export { openSecret, type Secret, type SecretResult } from './secret.ts'
