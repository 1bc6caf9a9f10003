import type { TLSSocket } from 'node:tls'

const foreign = 'its certificate is of another authority'
const notTls13 = 'it does not offer a version of TLS that is allowed'

/** The codes of OpenSSL and Node, for operators. */
const reasons: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it has no certificate',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate is revoked',
  INVALID_PURPOSE: 'its certificate is not one for clients',
  SELF_SIGNED_CERT_IN_CHAIN: foreign,
  DEPTH_ZERO_SELF_SIGNED_CERT: foreign,
  UNABLE_TO_GET_ISSUER_CERT: foreign,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: foreign,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: foreign,
  CERT_SIGNATURE_FAILURE: foreign,
  UNABLE_TO_GET_CRL: 'the list of revoked certificates of its authority is missing',
  CRL_HAS_EXPIRED: 'the list of revoked certificates has expired',
  ERR_SSL_HTTP_REQUEST: 'it does not use TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not use TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not use TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: notTls13,
  ERR_SSL_VERSION_TOO_LOW: notTls13,
  ERR_TLS_HANDSHAKE_TIMEOUT: 'its handshake took too long',
}

/** Undefined: the client left. */
export function reasonOf(
  error: Error,
  { authorizationError }: Pick<TLSSocket, 'authorizationError'>,
): string | undefined {
  // Node gives the code, and its types an error.
  const verdict: unknown = authorizationError
  const code = typeof verdict === 'string' && verdict !== '' ? verdict : codeOf(error)
  if (code === 'ECONNRESET' || code === 'EPIPE') return undefined
  return reasons[code] ?? `its handshake failed (${code})`
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
