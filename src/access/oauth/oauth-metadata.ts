import {
  assertionAlgorithms,
  authorizePath,
  clientAuthMethods,
  jwksPath,
  peopleClaims,
  peopleScopes,
  revocationPath,
  tokenPath,
  userinfoPath,
} from '#platform/oauth'

/** Of an authorization server (RFC 8414), and of an OpenID provider. */
export function metadataOf(issuer: string): object {
  const methods = {
    token_endpoint_auth_methods_supported: clientAuthMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: clientAuthMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
  }
  return {
    issuer,
    authorization_endpoint: `${issuer}${authorizePath}`,
    token_endpoint: `${issuer}${tokenPath}`,
    userinfo_endpoint: `${issuer}${userinfoPath}`,
    revocation_endpoint: `${issuer}${revocationPath}`,
    jwks_uri: `${issuer}${jwksPath}`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: peopleScopes,
    claims_supported: Object.values(peopleClaims).flat(),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
    ...methods,
    tls_client_certificate_bound_access_tokens: true,
  }
}
