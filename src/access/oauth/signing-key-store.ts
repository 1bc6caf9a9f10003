import type { PublicJwk } from '#platform/oauth'
import type { Queryable, Transaction } from '#platform/postgres'

export type KeyState = 'next' | 'current' | 'retired'

export type StoredSigningKey = {
  readonly kid: string
  readonly state: KeyState
  readonly publicJwk: PublicJwk
  readonly sealed: Buffer
}

/** A retired key verifies for this long: longer than the last token that it signed is valid. */
const keptMinutes = 15

export async function readSigningKeys(on: Queryable): Promise<StoredSigningKey[]> {
  const rows = await on.query<{ kid: string; state: KeyState; public: string; sealed: Buffer }>({
    text: `select kid, state, public, sealed from access.oauth_signing_keys
      where state <> 'retired' or retired_at > now() - make_interval(mins => $1)
      order by created_at desc, kid`,
    values: [keptMinutes],
  })
  return rows.map(({ kid, state, sealed, ...row }) => ({ kid, state, publicJwk: JSON.parse(row.public), sealed }))
}

export async function insertSigningKey(tx: Transaction, key: StoredSigningKey): Promise<void> {
  await tx.query({
    text: `insert into access.oauth_signing_keys (kid, state, public, sealed, created_at) values ($1, $2, $3, $4, clock_timestamp())`,
    values: [key.kid, key.state, JSON.stringify(key.publicJwk), key.sealed],
  })
}

export async function retireCurrentKey(tx: Transaction): Promise<void> {
  await tx.query({
    text: `update access.oauth_signing_keys set state = 'retired', retired_at = now() where state = 'current'`,
  })
}

export async function promoteNextKey(tx: Transaction): Promise<void> {
  await tx.query({ text: `update access.oauth_signing_keys set state = 'current' where state = 'next'` })
}

export async function deleteSigningKeys(tx: Transaction, states: readonly KeyState[]): Promise<void> {
  await tx.query({ text: 'delete from access.oauth_signing_keys where state = any ($1::text[])', values: [states] })
}

export async function deleteOldSigningKeys(tx: Transaction): Promise<void> {
  await tx.query({
    text: `delete from access.oauth_signing_keys where retired_at < now() - make_interval(mins => $1)`,
    values: [keptMinutes],
  })
}
