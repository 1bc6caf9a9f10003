import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Database } from '#platform/postgres'
import { createTestDatabase, type TestDatabase } from '#testing'
import { readSealedTables } from './data-key-store.ts'
import { createDataKeys, type DataKeys } from './data-keys.ts'
import { indexed, openField, sealField, sealJsonField, useKeyring } from './keyring.ts'
import { openKeyEncryption } from './open-key-encryption.ts'
import { createResealer } from './resealer.ts'
import { sealedWith } from './sealed-text.ts'
import { columnsTask, type SealingTask } from './sealing-task.ts'
import { createSecretSealing } from './secret-sealing.ts'
import { secretsTask } from './secrets-task.ts'

let test: TestDatabase
let database: Database
let started: DataKeys[] = []

beforeAll(async () => {
  test = await createTestDatabase()
  database = test.database
  await database.query({ text: 'create schema people' })
  await database.query({
    text: 'create table people.people (book_id integer, id uuid, name text, facts json, primary key (book_id, id))',
  })
})
afterAll(() => test.drop())
afterEach(async () => {
  for (const keys of started) await keys.stop()
  started = []
  useKeyring(undefined)
  await database.query({ text: 'truncate platform.data_keys, platform.sealed_tables, people.people' })
})

const throwing = (fault: unknown) => {
  throw fault
}
const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]

const forgetting = new Set<() => void>()
let epoch = 0
/** As if another server had taken over. */
const newEpoch = () => {
  epoch += 1
  for (const forget of forgetting) forget()
}

function keysWith(...versions: readonly string[]): DataKeys {
  // Every version is a variable of its own process; a file would hold one in a line.
  process.env.MUNIM_TEST_KEY = versions[0]
  const encryption = versions.length === 0 ? undefined : openKeyEncryption({ key: 'env:MUNIM_TEST_KEY' })
  const switching: Database = {
    ...database,
    epoch: () => epoch,
    onNewEpoch: (forget) => {
      forgetting.add(forget)
      return () => forgetting.delete(forget)
    },
  }
  const keys = createDataKeys({ database: switching, encryption, onFault: throwing })
  started.push(keys)
  return keys
}
const place = { column: 'people.people.name', key: [1, 'a'] } as const
const rotation = { isUnderWay: false, record: async () => undefined }
const useComing = () => database.query({ text: `update platform.data_keys set used_from = now() - interval '1 s'` })

it('makes data keys at the first start, once for processes that start together, and reads them at the next', async () => {
  await Promise.all([keysWith(older).start(), keysWith(older).start()])
  const sealed = sealField(place, 'Asha')
  expect(sealedWith(sealed)).toBe(2)
  const rows = await database.query<{ purpose: string }>({
    text: 'select number, purpose, wrapped, wrapped_by from platform.data_keys order by number',
  })
  expect(rows.map(({ purpose }) => purpose)).toEqual(['index', 'fields'])
  expect(JSON.stringify(rows)).not.toContain(older)
  useKeyring(undefined)
  await keysWith(older).start()
  expect(openField(place, sealed)).toBe('Asha')
})

it('does not start without the key, or with another one', async () => {
  await keysWith(older).start()
  await expect(keysWith().start()).rejects.toThrow(
    'This database has sealed fields: start with --secrets-key, the key that sealed them.',
  )
  await expect(keysWith(newer).start()).rejects.toThrow(
    /^The secrets of this database are sealed with the key \w{12}, and --secrets-key has \w{12}\.$/,
  )
})

it('seals nothing without a key', async () => {
  await keysWith().start()
  expect(sealField(place, 'Asha')).toBe('Asha')
})

it('uses a new data key a minute after it was made, and wraps all with the newest key', async () => {
  const keys = keysWith(older)
  await keys.start()
  const before = sealField(place, 'Asha')
  process.env.MUNIM_TEST_KEY = newer
  const recorded: number[] = []
  const rotate = () => keys.rotate({ ...rotation, record: async (_tx, number) => void recorded.push(number) })
  await rotate()
  await rotate()
  expect(recorded).toEqual([3])
  expect(sealedWith(sealField(place, 'Asha'))).toBe(2)
  await useComing()
  const restarted = keysWith(older)
  await restarted.start()
  expect(sealedWith(sealField(place, 'Asha'))).toBe(3)
  expect(openField(place, before)).toBe('Asha')
})

it('seals with the keys of the server that took over alone, whose next key has the number of a lost one', async () => {
  const keys = keysWith(older)
  await keys.start()
  const rotateAndUse = async () => {
    await keys.rotate(rotation)
    await useComing()
    await keys.rotate({ ...rotation, isUnderWay: true })
    expect(sealedWith(sealField(place, 'Asha'))).toBe(3)
  }
  await rotateAndUse()
  await database.query({ text: 'delete from platform.data_keys where number = 3' })
  newEpoch()
  for (const act of [() => sealField(place, 'Asha'), () => sealJsonField(place, '{}'), () => indexed('Asha')]) {
    expect(act).toThrow(expect.objectContaining({ code: 'data_keys_unread', retryable: true }))
  }
  const number = () => {
    try {
      return sealedWith(sealField(place, 'Asha'))
    } catch {
      return undefined
    }
  }
  await expect.poll(number).toBe(2)
  await rotateAndUse()
  const sealed = sealField(place, 'Asha')
  await keysWith(older).start()
  expect(openField(place, sealed)).toBe('Asha')
})

it('makes data keys on a server that took over and has none', async () => {
  await keysWith(older).start()
  await database.query({ text: 'delete from platform.data_keys' })
  newEpoch()
  const numbers = () => database.query({ text: 'select number from platform.data_keys order by number' })
  await expect.poll(numbers).toEqual([{ number: 1 }, { number: 2 }])
})

it('seals nothing, and stores nothing plain, once it was stopped', async () => {
  const keys = keysWith(older)
  await keys.start()
  await keys.stop()
  expect(() => sealField(place, 'Asha')).toThrow(expect.objectContaining({ code: 'data_keys_unread' }))
})

async function insertPeople(count: number): Promise<void> {
  await database.query({
    text: `insert into people.people select 1, gen_random_uuid(), 'name ' || n, json_build_object('n', n)
      from generate_series(1, $1::integer) as n`,
    values: [count],
  })
}

async function round(
  tasks: readonly SealingTask[],
  onFault: (fault: unknown) => void = throwing,
  on = database,
): Promise<void> {
  const resealer = createResealer({ database: on, tasks, onFault })
  resealer.start()
  await resealer.round()
  await resealer.stop()
}

const people = columnsTask({
  table: 'people.people',
  key: [
    { column: 'book_id', type: 'integer' },
    { column: 'id', type: 'uuid' },
  ],
  columns: [{ column: 'name' }, { column: 'facts', isJson: true }],
})
const sealedNames = async () => {
  const rows = await database.query<{ id: string; name: string; facts: unknown }>({
    text: 'select id, name, facts from people.people',
  })
  return rows.map(({ id, name }) => ({ id, name, number: sealedWith(name) }))
}

it('seals rows from before there was a key, goes on where it was stopped, and seals them again after a rotation', async () => {
  await insertPeople(450)
  const keys = keysWith(older)
  await keys.start()
  let pages = 0
  const breaking: SealingTask = {
    name: people.name,
    page: (...page) => {
      pages += 1
      if (pages === 2) throw new Error('stopped')
      return people.page(...page)
    },
  }
  const faults: unknown[] = []
  await round([breaking], (fault) => faults.push(fault))
  expect(faults).toHaveLength(1)
  expect((await readSealedTables(database))[0]).toMatchObject({ lookedAt: 200, sealed: 200, passes: 0 })
  await round([people])
  expect((await readSealedTables(database))[0]).toMatchObject({ lookedAt: 450, sealed: 450, passes: 1 })
  const rows = await sealedNames()
  expect(new Set(rows.map(({ number }) => number))).toEqual(new Set([2]))
  const names = rows.map(({ id, name }) => openField({ column: 'people.people.name', key: [1, id] }, name))
  expect(names.toSorted()).toEqual(Array.from({ length: 450 }, (_, n) => `name ${n + 1}`).toSorted())

  await keys.rotate(rotation)
  await useComing()
  await keysWith(older).start()
  await round([people])
  expect(new Set((await sealedNames()).map(({ number }) => number))).toEqual(new Set([3]))
  const [row] = await database.query<{ id: string; facts: string }>({ text: 'select id, facts from people.people' })
  expect(row?.facts).toMatch(/^munim-sealed:3:/)
})

it('notes no table as sealed with a key that another server did not have', async () => {
  await insertPeople(3)
  const keys = keysWith(older)
  await keys.start()
  const index = { number: 1, bytes: randomBytes(32) }
  const lost = { number: 3, bytes: randomBytes(32) }
  useKeyring({ active: lost, index, byNumber: new Map([[3, lost]]) })
  const switching: Database = {
    ...database,
    transaction: async (work) => {
      await keys.rotate({ ...rotation, isUnderWay: true })
      return database.transaction(work)
    },
  }
  await round([people], throwing, switching)
  expect(await readSealedTables(database)).toEqual([])
})

it('changes no row that another transaction has changed meanwhile, and does nothing without need', async () => {
  await insertPeople(3)
  await keysWith(older).start()
  const change = async () => void (await database.query({ text: `update people.people set name = 'changed'` }))
  await database.transaction(async (tx) => {
    const isLock = (text: string) => text.includes('for no key update')
    const racing: typeof tx = {
      ...tx,
      query: async (statement) => {
        if (isLock(statement.text)) await change()
        return tx.query(statement)
      },
    }
    expect(await people.page(racing, undefined, 10)).toMatchObject({ sealed: 3 })
  })
  const names = (await sealedNames()).map(({ id, name }) =>
    openField({ column: 'people.people.name', key: [1, id] }, name),
  )
  expect(new Set(names)).toEqual(new Set(['changed']))
  expect(await database.transaction((tx) => people.page(tx, undefined, 10))).toEqual({
    looked: 3,
    sealed: 0,
    next: undefined,
  })
})

it('counts a secret that another transaction has locked, so that another pass seals it', async () => {
  await database.query({ text: 'create table people.secrets (id integer primary key, sealed bytea)' })
  const keys = keysWith(older)
  await keys.start()
  const sealing = createSecretSealing(undefined)
  const placeOf = (id: string) => `secret ${id}`
  const task = secretsTask({ table: 'people.secrets', key: 'id', column: 'sealed', placeOf }, sealing)
  for (const id of ['1', '2']) {
    const values = [id, sealing.seal(Buffer.from(id), placeOf(id))]
    await database.query({ text: 'insert into people.secrets values ($1, $2)', values })
  }
  await keys.rotate(rotation)
  await useComing()
  await keys.rotate({ ...rotation, isUnderWay: true })
  const page = () => database.transaction((tx) => task.page(tx, undefined, 10))
  await database.transaction(async (tx) => {
    await tx.query({ text: 'select from people.secrets where id = 1 for update' })
    expect(await page()).toMatchObject({ looked: 2, sealed: 2 })
  })
  expect([await page(), await page()]).toMatchObject([{ sealed: 1 }, { sealed: 0 }])
})
