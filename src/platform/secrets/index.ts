export { openSecret, openSecretText, type Secret, type SecretResult, type SecretTextResult } from './secret.ts'
