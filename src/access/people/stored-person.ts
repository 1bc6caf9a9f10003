import { assert, type Timestamp, type Uuid } from '#kernel'
import { micros, type Queryable, timeOrNone, toUuid } from '#platform/postgres'

/** All that can be changed of a person, as it is stored: secrets only sealed or as hashes. */
export type StoredPerson = {
  readonly id: Uuid
  readonly login: string
  readonly book: number | undefined
  readonly name: string
  readonly role: string
  readonly generation: number
  readonly revision: bigint
  readonly password: string | null
  readonly totpSealed: Buffer | null
  readonly setupHash: Buffer | null
  readonly setupUntil: Timestamp | undefined
  readonly setupSealed: Buffer | null
  readonly disabledAt: Timestamp | undefined
  readonly recoveryHashes: readonly Buffer[]
}

type StoredRow = {
  id: string
  login: string
  book_id: number | null
  name: string
  role: string
  generation: number
  revision: bigint
  password: string | null
  totp_sealed: Buffer | null
  setup_hash: Buffer | null
  setup_until: bigint | null
  setup_sealed: Buffer | null
  disabled_at: bigint | null
  hashes: Buffer[]
}

export async function readStored(on: Queryable, id: Uuid): Promise<StoredPerson> {
  const rows = await on.query<StoredRow>({
    text: `select id, login, book_id, name, role, generation, revision, password, totp_sealed, setup_hash,
        ${micros('setup_until')} as setup_until, setup_sealed, ${micros('disabled_at')} as disabled_at,
        array(select hash from access.recovery_codes where person_id = people.id) as hashes
      from access.people where id = $1`,
    values: [id],
  })
  const row = rows[0]
  assert(row, 'people are never deleted')
  const { login, name, role, generation, revision, password } = row
  return {
    ...{ id: toUuid(row.id), login, book: row.book_id ?? undefined, name, role, generation, revision, password },
    ...{ totpSealed: row.totp_sealed, setupHash: row.setup_hash, setupSealed: row.setup_sealed },
    setupUntil: timeOrNone(row.setup_until),
    disabledAt: timeOrNone(row.disabled_at),
    recoveryHashes: row.hashes,
  }
}
