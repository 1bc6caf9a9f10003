import { assert } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { isStale, openField, type Place, type SealingTask, sealField } from '#platform/sealing'

const place: Place = { column: 'access.secrets.secret', key: ['cursors'] }
const sealedPrefix = Buffer.from('munim-')

/** The secret that seals cursors, the same for all processes of the installation. */
export async function readCursorSecret(database: Queryable): Promise<Buffer> {
  const stored = await readStored(database)
  return isPlain(stored) ? stored : Buffer.from(openField(place, stored.toString()), 'base64')
}

/** Stored as bytes until there is a key, and then as a sealed text. */
export const sealedCursorSecret: SealingTask = {
  name: 'access.secrets',
  page: async (tx) => {
    const stored = await readStored(tx)
    const isSealed = !isPlain(stored) && !isStale(stored.toString())
    if (!isSealed) {
      const secret = await readCursorSecret(tx)
      await tx.query({
        text: `update access.secrets set secret = $1 where name = 'cursors' and secret = $2`,
        values: [Buffer.from(sealField(place, secret.toString('base64'))), stored],
      })
    }
    return { looked: 1, sealed: isSealed ? 0 : 1, next: undefined }
  },
}

async function readStored(database: Queryable): Promise<Buffer> {
  const rows = await database.query<{ secret: Buffer }>({
    text: `select secret from access.secrets where name = 'cursors'`,
  })
  const stored = rows[0]?.secret
  assert(stored, 'the migration makes the secret of cursors')
  return stored
}

/** The secret has 32 bytes, and a sealed text is longer. */
function isPlain(stored: Buffer): boolean {
  return stored.length === 32 || !stored.subarray(0, sealedPrefix.length).equals(sealedPrefix)
}
