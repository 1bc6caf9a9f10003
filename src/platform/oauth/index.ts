export { readClientKeys } from './client-keys.ts'
export { newSigningKey, type PrivateJwk, type PublicJwk, verifyingKey } from './signing-key.ts'
export {
  assertionAlgorithms,
  clientAuthMethods,
  createTokenServer,
  hashSecret,
  jwksPath,
  type TokenAnswer,
  type TokenClient,
  type TokenRecord,
  type TokenRecords,
  type TokenServer,
  tokenPath,
} from './token-server.ts'
export { createTokenVerifier, looksLikeToken, type TokenClaims, type TokenFlaw } from './verify-token.ts'
