import type { KeyObject } from 'node:crypto'
import { Fault } from '#platform/faults'
import { newSigningKey, type PrivateJwk, type PublicJwk, verifyingKey } from '#platform/oauth'
import type { Database, Transaction } from '#platform/postgres'
import { type Sealing, type SealingTask, secretsTask } from '#platform/sealing'
import type { Actor } from '../access.ts'
import { appendAudit } from '../audit-log.ts'
import { requireKeyInForce } from '../key-in-force.ts'
import { again } from '../revoke-again.ts'
import {
  deleteOldSigningKeys,
  deleteSigningKeys,
  insertSigningKey,
  type KeyState,
  promoteNextKey,
  readSigningKeys,
  retireCurrentKey,
  type StoredSigningKey,
} from './signing-key-store.ts'

const signingKeysLock = 4_771_003
/** An unknown key in a token makes the keys be read again, but no more often than this. */
const rereadMs = 1000

export type SigningKeys = {
  /** Makes the first keys, if there are none, and reads all. */
  readonly load: () => Promise<void>
  readonly read: () => Promise<void>
  /** Reads them again, unless that was done a moment ago. Then it returns undefined. */
  readonly readAgain: () => Promise<void> | undefined
  readonly keyOf: (kid: string) => KeyObject | undefined
  readonly published: () => readonly PublicJwk[]
  /** Drops again, on a server that took over, the keys that were dropped before. */
  readonly dropAgain: () => Promise<void>
  /** The key that signs. Throws a Fault when this process cannot open it. */
  readonly current: () => PrivateJwk
}

type Held = {
  readonly epoch: number
  readonly stored: readonly StoredSigningKey[]
  readonly byId: ReadonlyMap<string, KeyObject>
  current: PrivateJwk | undefined
}

export function createSigningKeys(deps: {
  readonly database: Database
  readonly sealing: Sealing | undefined
  readonly nowMs: () => number
}): SigningKeys {
  const { database, sealing, nowMs } = deps
  const dropped = createDroppedKeys()
  let held: Held = { epoch: -1, stored: [], byId: new Map(), current: undefined }
  let readMs = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  const readOnce = async () => {
    readMs = nowMs()
    const epoch = database.epoch()
    const found = await readSigningKeys(database)
    const known = held
    if (known.epoch === epoch && epoch === database.epoch()) dropped.compare(known.stored, found)
    const stored = found.filter(({ kid }) => !dropped.has(kid))
    const isSame = stored.length === known.stored.length && stored.every(({ kid }) => known.byId.has(kid))
    const byId = isSame ? known.byId : new Map(stored.map(({ kid, publicJwk }) => [kid, verifyingKey(publicJwk)]))
    const current = stored.find(({ state }) => state === 'current')
    const isOpen = current !== undefined && known.current?.kid === current.kid
    held = { epoch, stored, byId, current: isOpen ? known.current : current && openKey(sealing, current) }
  }
  const read = () => {
    running ??= readOnce().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    load: async () => {
      if (sealing) await database.transaction((tx) => ensureKeys(tx, sealing))
      await read()
    },
    read,
    readAgain: () => (running === undefined && nowMs() - readMs < rereadMs ? undefined : read()),
    keyOf: (kid) => held.byId.get(kid),
    dropAgain: async () => {
      if (sealing) await database.transaction((tx) => dropSigningKeysAgain(tx, sealing, dropped.has))
      await read()
    },
    published: () => held.stored.map(({ publicJwk }) => publicJwk),
    current: () => held.current ?? cannotSign(sealing),
  }
}

const droppedMax = 1000

/** A key that is replaced stays for a while as retired. So if the current one is gone, all that are gone were dropped. */
function createDroppedKeys() {
  const kids = new Set<string>()
  return {
    has: (kid: string) => kids.has(kid),
    compare: (before: readonly StoredSigningKey[], now: readonly StoredSigningKey[]) => {
      const gone = before.filter(({ kid }) => !now.some((one) => one.kid === kid))
      if (gone.every(({ state }) => state !== 'current')) return
      for (const { kid } of gone) kids.add(kid)
      while (kids.size > droppedMax) kids.delete(kids.values().next().value ?? '')
    },
  }
}

async function dropSigningKeysAgain(tx: Transaction, sealing: Sealing, isDropped: (kid: string) => boolean) {
  await lock(tx)
  if ((await readSigningKeys(tx)).every(({ kid }) => !isDropped(kid))) return
  await rotateSigningKeys(tx, sealing, { drop: true, actor: undefined })
  const act = { actor: undefined, action: 'oauth_keys.rotated', subject: 'signing keys' }
  await appendAudit(tx, { ...act, details: { earlier_keys: 'dropped', ...again } })
}

async function ensureKeys(tx: Transaction, sealing: Sealing): Promise<void> {
  await lock(tx)
  const stored = await readSigningKeys(tx)
  if (stored.some(({ state }) => state === 'current')) return
  for (const state of ['current', 'next'] as const) await makeKey(tx, sealing, state)
}

export type RotateSigningKeys = {
  /** Removes all other keys, also from the future: every token that was issued before is refused. */
  readonly drop: boolean
  readonly actor: Actor
}

/** The next key signs, the current one still verifies, and a new next one is published. */
export async function rotateSigningKeys(
  tx: Transaction,
  sealing: Sealing,
  { drop, actor }: RotateSigningKeys,
): Promise<void> {
  await requireKeyInForce(tx, actor)
  await lock(tx)
  const stored = await readSigningKeys(tx)
  const next = stored.find(({ state }) => state === 'next')
  const canPromote = !drop && next !== undefined && openKey(sealing, next) !== undefined
  if (drop) await deleteSigningKeys(tx, ['next', 'current', 'retired'])
  else await retireCurrentKey(tx)
  if (canPromote) await promoteNextKey(tx)
  else {
    await deleteSigningKeys(tx, ['next'])
    await makeKey(tx, sealing, 'current')
  }
  await makeKey(tx, sealing, 'next')
  await deleteOldSigningKeys(tx)
}

async function lock(tx: Transaction): Promise<void> {
  // A separate statement: the following ones must see the commits of other processes.
  await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [signingKeysLock] })
}

async function makeKey(tx: Transaction, sealing: Sealing, state: KeyState): Promise<void> {
  const { publicJwk, privateJwk } = newSigningKey()
  const { kid } = publicJwk
  const sealed = sealing.seal(Buffer.from(JSON.stringify(privateJwk)), placeOf(kid))
  await insertSigningKey(tx, { kid, state, publicJwk, sealed })
}

function openKey(sealing: Sealing | undefined, { kid, sealed }: StoredSigningKey): PrivateJwk | undefined {
  const opened = sealing?.open(sealed, placeOf(kid))
  return opened && JSON.parse(opened.toString('utf8'))
}

function placeOf(kid: string): string {
  return `access.oauth_signing_keys ${kid}`
}

/** Seals them again after a rotation of the key outside. */
export function sealedSigningKeys(sealing: Sealing): SealingTask {
  return secretsTask({ table: 'access.oauth_signing_keys', key: 'kid', column: 'sealed', placeOf }, sealing)
}

function cannotSign(sealing: Sealing | undefined): never {
  throw new Fault({
    code: 'tokens_not_issued',
    message: sealing
      ? 'The signing keys of tokens were sealed with another key. Give this process the --secrets-key of the others, or rotate the signing keys.'
      : 'This process has no key that seals, so it issues no tokens: set --secrets-key.',
    retryable: true,
  })
}
