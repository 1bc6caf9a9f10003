import { randomBytes } from 'node:crypto'
import type { Timestamp, Uuid } from '#kernel'
import type { AddressList } from '#platform/addresses'
import { isPermission, type PermissionSet } from '#platform/http'
import type { NamedBook } from '../access.ts'

/** A program that gets access tokens for a book. */
export type OauthClient = {
  readonly id: Uuid
  readonly book: NamedBook
  readonly name: string
  readonly permissions: readonly string[]
  readonly generation: number
  /** Rises with each change. */
  readonly revision: bigint
  /** From which alone it gets and uses tokens; undefined: from all. */
  readonly addresses: AddressList | undefined
  readonly proof: ClientProof
  /** Where people are sent back to who log in through it. */
  readonly redirectUris: readonly string[]
  readonly createdAt: Timestamp
  readonly revokedAt: Timestamp | undefined
  /** Exact to about a minute. */
  readonly lastUsedAt: Timestamp | undefined
}

/** How a client proves what it is. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly hash: Buffer; readonly previous: PreviousSecret | undefined }
  | { readonly kind: 'keys'; readonly keys: readonly object[] }
  | { readonly kind: 'certificate'; readonly dnsName: string }
  /** None: it runs on the machines of people. */
  | { readonly kind: 'public' }

/** A client without the keys with which it may sign. */
export type ListedClient = Omit<OauthClient, 'proof'> & {
  readonly proof: Exclude<ClientProof, { readonly kind: 'keys' }> | { readonly kind: 'keys' }
}

export function withoutKeys(client: OauthClient | ListedClient): ListedClient {
  return client.proof.kind === 'keys' ? { ...client, proof: { kind: 'keys' } } : { ...client, proof: client.proof }
}

type PreviousSecret = { readonly hash: Buffer; readonly until: Timestamp }

export function newSecretText(): string {
  return `munim_secret_${randomBytes(32).toString('base64url')}`
}

/** A permission that this program does not know any more allows nothing. */
export function permissionSet(names: readonly string[]): PermissionSet {
  return new Set(names.filter(isPermission))
}

/** Whether some of `before` is not allowed any more. */
export function isNarrowed(before: readonly string[], after: readonly string[]): boolean {
  return before.some((one) => !after.includes(one))
}
