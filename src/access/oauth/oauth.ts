import { decodeId, encodeId, idPrefix } from '#kernel'
import { createPeriodic } from '#platform/background'
import { Fault } from '#platform/faults'
import {
  assertionAlgorithms,
  clientAuthMethods,
  createTokenServer,
  jwksPath,
  type PublicJwk,
  type TokenAnswer,
  type TokenClient,
  type TokenServer,
  tokenPath,
} from '#platform/oauth'
import type { Database, Transaction } from '#platform/postgres'
import type { Sealing } from '#platform/sealing'
import { systemClock } from '#platform/time'
import { createTokenAuthenticator, type TokenAuthenticator } from './authenticate-token.ts'
import { createClientAttempts, type TokenRequest } from './client-attempts.ts'
import { createClientDirectory } from './client-directory.ts'
import type { OauthClient } from './oauth-client.ts'
import { findClient } from './oauth-client-store.ts'
import { addRecord, deleteExpiredRecords, findRecord } from './oauth-record-store.ts'
import { createSigningKeys, type RotateSigningKeys, rotateSigningKeys } from './signing-keys.ts'

/** A rotation of keys by another process takes effect here within this time. */
const keysEveryMs = 5000
const pruneEveryMs = 60_000
const pruneMax = 10_000

export type Oauth = {
  readonly tokens: TokenAuthenticator
  /** Undefined: too many attempts with unknown credentials. */
  readonly answerToken: (request: TokenRequest) => Promise<TokenAnswer | undefined>
  readonly metadata: () => object
  readonly published: () => readonly PublicJwk[]
  /** Must be called after a client was made, changed or revoked, with its new state. */
  readonly changed: (client: OauthClient) => void
  readonly rotate: (tx: Transaction, command: RotateSigningKeys) => Promise<void>
  readonly readKeys: () => Promise<void>
  readonly load: () => Promise<void>
  /** From now on, tokens are issued and accepted, in the name of the issuer. */
  readonly serve: (issuer: string) => void
  readonly stop: () => Promise<void>
}

type OauthDeps = {
  readonly database: Database
  /** Undefined: this process issues no tokens, and accepts those of others. */
  readonly sealing: Sealing | undefined
  readonly onFault: (error: unknown) => void
}

type Named = { readonly issuer: string; readonly audience: string; readonly tokens: TokenAuthenticator }

export function createOauth({ database, sealing, onFault }: OauthDeps): Oauth {
  const nowMs = () => performance.now()
  const wallMs = () => systemClock.now() / 1000
  const directory = createClientDirectory({ database, nowMs, onFault })
  const keys = createSigningKeys({ database, sealing, nowMs })
  const attempt = createClientAttempts({ directory, nowMs, onFault })
  let named: Named | undefined
  let server: { readonly kid: string; readonly made: Promise<TokenServer> } | undefined
  const stopForgetting = database.onNewEpoch(() => {
    directory.forget()
    keys.read().catch(onFault)
  })
  const read = async () => {
    await keys.read()
    return undefined
  }
  const prune = async () => {
    await deleteExpiredRecords(database, pruneMax)
    return undefined
  }
  const reading = createPeriodic({ name: 'reading signing keys', restMs: keysEveryMs, work: read, onFault })
  const pruning = createPeriodic({ name: 'deleting expired records', restMs: pruneEveryMs, work: prune, onFault })

  const serverOf = ({ issuer, audience }: Named): Promise<TokenServer> => {
    const key = keys.current()
    if (server?.kid !== key.kid) {
      const records = {
        find: (record: Parameters<typeof findRecord>[1]) => findRecord(database, record),
        add: (record: Parameters<typeof addRecord>[1]) => addRecord(database, record),
      }
      const find = (id: string) => findTokenClient(database, id, wallMs)
      const covers = (held: readonly string[], wanted: string) => held.includes(wanted)
      const made = createTokenServer({ issuer, audience, key, covers, records, findClient: find })
      server = { kid: key.kid, made }
    }
    return server.made
  }

  return {
    tokens: {
      isToken: (text) => named?.tokens.isToken(text) === true,
      authenticate: (token, certificate) => serving(named).tokens.authenticate(token, certificate),
    },
    answerToken: async (request) => {
      const tokenServer = await serverOf(serving(named))
      const tried = attempt(request)
      if (tried === undefined) return undefined
      const { authorization, contentType, body, certificate } = request
      const headers = { authorization, 'content-type': contentType }
      let isGuess = false
      try {
        const answer = await tokenServer.answer({ headers, body, certificate })
        isGuess = answer.error === 'invalid_client'
        return answer
      } finally {
        if (!isGuess) tried.proved()
      }
    },
    metadata: () => metadataOf(serving(named).issuer),
    published: keys.published,
    changed: directory.changed,
    rotate: async (tx, command) => {
      if (sealing === undefined) keys.current()
      else await rotateSigningKeys(tx, sealing, command)
    },
    readKeys: keys.read,
    load: async () => {
      await Promise.all([keys.load(), directory.learn()])
      reading.start()
      pruning.start()
    },
    serve: (issuer) => {
      const audience = `${issuer}/v1`
      const tokens = createTokenAuthenticator({ issuer, audience, keys, directory, nowMs: wallMs })
      named = { issuer, audience, tokens }
    },
    stop: async () => {
      stopForgetting()
      await Promise.all([reading.stop(), pruning.stop()])
    },
  }
}

function serving(named: Named | undefined): Named {
  if (named) return named
  throw new Fault({ code: 'not_serving_yet', message: 'The server does not listen yet.', retryable: true })
}

async function findTokenClient(
  database: Database,
  publicId: string,
  wallMs: () => number,
): Promise<TokenClient | undefined> {
  const id = decodeId(idPrefix.oauthClient, publicId)
  const client = id === undefined ? undefined : await findClient(database, id)
  if (client === undefined || client.revokedAt !== undefined) return undefined
  const { permissions, generation, proof } = client
  const common = { id: encodeId(idPrefix.oauthClient, client.id), permissions, generation }
  if (proof.kind === 'keys') return { ...common, proof: { kind: 'keys', jwks: { keys: proof.keys } } }
  if (proof.kind === 'certificate') return { ...common, proof }
  const { previous } = proof
  const kept = previous !== undefined && previous.until / 1000 > wallMs() ? [previous.hash] : []
  return { ...common, proof: { kind: 'secret', hashes: [proof.hash, ...kept] } }
}

/** Of an authorization server (RFC 8414). There is no authorization endpoint yet, so no response type either. */
function metadataOf(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}${tokenPath}`,
    jwks_uri: `${issuer}${jwksPath}`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: clientAuthMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    tls_client_certificate_bound_access_tokens: true,
  }
}
