/** A client as the token endpoint has to know it. */
export type TokenClient = {
  readonly id: string
  readonly permissions: readonly string[]
  readonly generation: number
  readonly proof: /** SHA-256 of the secrets in force. */
    | { readonly kind: 'secret'; readonly hashes: readonly Buffer[] }
    | { readonly kind: 'keys'; readonly jwks: { readonly keys: readonly object[] } }
    /** A verified certificate with this DNS name. Its tokens are bound to it (RFC 8705). */
    | { readonly kind: 'certificate'; readonly dnsName: string }
    /** A program on the machines of people, which can keep no secret. */
    | { readonly kind: 'none' }
  /** Where it has people sent back to. Without it, no person logs in through this client. */
  readonly redirects?: Redirects
}

export type Redirects = {
  readonly uris: readonly string[]
  /** Of addresses on the person's own machine, any port is accepted (RFC 8252). */
  readonly anyPort: boolean
}
