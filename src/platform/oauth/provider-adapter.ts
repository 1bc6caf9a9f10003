import { hash } from 'node:crypto'
import type { Adapter, AdapterPayload, errors } from 'oidc-provider'
import type { PeopleAccounts } from './people-accounts.ts'
import type { TokenClient } from './token-client.ts'
import type { TokenRecords } from './token-records.ts'

/** An assertion's id is kept until the assertion expires. */
export const assertionSecondsMax = 3600

export type AdapterDeps = {
  readonly findClient: (id: string) => Promise<TokenClient | undefined>
  readonly records: TokenRecords
  readonly people: PeopleAccounts | undefined
}

/** Where the library keeps things of one kind. */
export function adapterOf(kind: string, { findClient, records, people }: AdapterDeps, known: typeof errors): Adapter {
  const unused = unusedAdapter(kind)
  if (kind === 'Client') {
    const find = async (id: string) => {
      const client = await findClient(id)
      return client && metadataOf(client)
    }
    return { ...unused, find }
  }
  // Every login asks for the password again, so no browser is remembered.
  if (kind === 'Session') return { ...unused, upsert: async () => undefined, destroy: async () => undefined }
  if (kind !== 'ReplayDetection') return people === undefined ? unused : grantAdapter(kind, people, known)
  return {
    ...unused,
    find: async (id) => (await records.find({ kind, id })) as AdapterPayload | undefined,
    upsert: async (id, payload, seconds) => {
      // Two requests may have found nothing at the same time.
      const isFirst = await records.add({ kind, id, payload, seconds: seconds ?? assertionSecondsMax })
      if (!isFirst) throw new known.InvalidClientAuth('client assertion tokens must only be used once')
    },
  }
}

function unusedAdapter(kind: string): Adapter {
  const unused = async () => {
    throw new Error(`nothing of kind ${kind} is changed in this way`)
  }
  const find = async () => undefined
  return {
    ...{ find, findByUid: find, upsert: unused, consume: unused, destroy: unused },
    ...{ findByUserCode: unused, revokeByGrantId: unused },
  }
}

/** Codes, refresh tokens and what belongs to them. Their ids are what their holders show, so only hashes are stored. */
function grantAdapter(kind: string, { records }: PeopleAccounts, known: typeof errors): Adapter {
  const named = (id: string) => ({ kind, id: hash('sha256', id, 'base64url') })
  const find = async (id: string) => {
    const payload = await records.find(named(id))
    return payload && ({ ...payload, jti: id } as AdapterPayload)
  }
  return {
    ...unusedAdapter(kind),
    find,
    upsert: async (id, payload, seconds) => {
      const { jti: _id, ...kept } = payload
      const grant = kind === 'Grant' ? id : payload.grantId
      await records.put({ ...named(id), payload: kept, seconds: seconds ?? 0, grant })
    },
    consume: async (id) => {
      if (await records.consume(named(id))) return
      const grant = (await find(id))?.grantId
      if (grant !== undefined) await records.endGrant(grant)
      throw new known.InvalidGrant('used already')
    },
    destroy: (id) => records.remove(named(id)),
    revokeByGrantId: (grant) => records.endGrant(grant),
  }
}

function metadataOf(client: TokenClient): AdapterPayload {
  const { id, permissions, generation, proof, redirects } = client
  const forPeople = redirects !== undefined && ['authorization_code', 'refresh_token']
  const common = {
    client_id: id,
    permissions: [...permissions],
    generation,
    redirect_uris: [...(redirects?.uris ?? [])],
    grant_types: [...(proof.kind === 'none' ? [] : ['client_credentials']), ...(forPeople || [])],
    response_types: redirects === undefined ? ([] as never[]) : (['code'] as const).slice(),
    response_modes: ['query' as const],
    application_type: redirects?.anyPort === true ? ('native' as const) : ('web' as const),
  }
  if (proof.kind === 'none') return { ...common, token_endpoint_auth_method: 'none' }
  if (proof.kind === 'secret') {
    const secrets = proof.hashes.map((one) => one.toString('hex')).join(',')
    return { ...common, token_endpoint_auth_method: 'client_secret_basic', client_secret: secrets || '-' }
  }
  if (proof.kind === 'certificate') {
    return {
      ...common,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: proof.dnsName,
      tls_client_certificate_bound_access_tokens: true,
    }
  }
  return {
    ...common,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: proof.jwks.keys.map((key) => ({ ...key })) } as NonNullable<AdapterPayload['jwks']>,
  }
}
