export { readClientKeys } from './client-keys.ts'
export type { OpenedSession, PeopleAccounts, PersonAccount } from './people-accounts.ts'
export {
  authorizePath,
  type BegunLogin,
  loginPath,
  peopleClaims,
  peopleScopes,
  revocationPath,
  sessionSeconds,
  userinfoPath,
} from './people-flows.ts'
export type { ProviderAnswer } from './provider-exchange.ts'
export { newSigningKey, type PrivateJwk, type PublicJwk, verifyingKey } from './signing-key.ts'
export type { Redirects, TokenClient } from './token-client.ts'
export type { GrantRecords, RecordName, TokenRecord } from './token-records.ts'
export {
  assertionAlgorithms,
  clientAuthMethods,
  createTokenServer,
  hashSecret,
  jwksPath,
  type TokenAnswer,
  type TokenServer,
  tokenPath,
} from './token-server.ts'
export { createTokenVerifier, looksLikeToken, type TokenClaims, type TokenFlaw } from './verify-token.ts'
