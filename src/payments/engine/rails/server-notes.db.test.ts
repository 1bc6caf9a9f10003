import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, patience, type TestDatabase } from '#testing'
import { createServerNotes } from './server-notes.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const now = 1_800_000_000_000_000
const minute = 60_000_000

it('a restart is no switch; another server that a process reaches is, and so is one of another timeline', async () => {
  const { database } = test
  const run = (text: string) => database.query<{ is_switch: boolean }>({ text })
  const started = async () => {
    const notes = createServerNotes(database)
    await notes.start()
    notes.stop()
    return notes.mayBeLost({ createdAt: 0 }, 0)
  }
  expect(await started()).toBe(false)
  let reach: () => void = () => undefined
  const onNewEpoch = (forget: () => void) => {
    reach = forget
    return () => undefined
  }
  const notes = createServerNotes({ ...database, onNewEpoch })
  reach()
  // Until it is noted, everything may be lost.
  expect(notes.mayBeLost({ createdAt: now }, now)).toBe(true)
  await expect
    .poll(() => run('select is_switch from payments.servers'), { timeout: patience(5_000) })
    .toEqual([{ is_switch: true }])
  await run(`update payments.servers set noted_at = timestamptz 'epoch' + ${now} * interval '1 microsecond'`)
  await notes.start()
  const ages = [-60, 9, 11].map((minutes) => notes.mayBeLost({ createdAt: now + minutes * minute }, now + minute))
  expect([ages, notes.mayBeLost({ createdAt: 0 }, now + 3 * 1_440 * minute)]).toEqual([[true, true, false], false])
  await run(`update payments.servers set is_switch = false, identity = identity || '.1'`)
  expect(await started()).toBe(false)
  await run(`delete from payments.servers where identity not like '%.1'`)
  await run(`update payments.servers set identity = 'system 2147483647 then'`)
  expect(await started()).toBe(true)
})

it('files that were copied back are a switch, and so is a restore that an operator names, once', async () => {
  const { database } = test
  const run = (text: string) => database.query<{ copy: string }>({ text })
  const started = async (evidence?: Parameters<typeof createServerNotes>[1]) => {
    const notes = createServerNotes(database, evidence)
    await notes.start()
    notes.stop()
    return notes.mayBeLost({ createdAt: 0 }, 0)
  }
  await run('delete from payments.servers')
  expect(await started()).toBe(false)
  // As the older copy of the files has it.
  await run(`update payments.servers set copy = copy || '0', identity = identity || '.1'`)
  expect([await started(), await started()]).toEqual([true, true])
  await run('delete from payments.servers where is_switch')
  await run(`update payments.servers set copy = null`)
  expect(await started()).toBe(false)
  expect(await started({ restored: '2026-11-30' })).toBe(true)
  await run(`update payments.servers set noted_at = timestamptz 'epoch' where is_switch`)
  const again = createServerNotes(database, { restored: '2026-11-30' })
  await again.start()
  expect(again.mayBeLost({ createdAt: 0 }, now)).toBe(false)
  again.stop()
})

it('files that are the same as at the last stop are no switch, whoever owns them now; those of an older copy are', async () => {
  const { database } = test
  const run = (text: string) => database.query<{ copy: string }>({ text })
  const started = async (files?: 'same' | 'older') => {
    const notes = createServerNotes(database, { files })
    await notes.start()
    notes.stop()
    return notes.mayBeLost({ createdAt: 0 }, 0)
  }
  await run('delete from payments.servers')
  expect(await started()).toBe(false)
  const [{ copy } = { copy: '' }] = await run('select copy from payments.servers')
  await run(`update payments.servers set copy = copy || '0', identity = identity || '.1'`)
  expect(await started('same')).toBe(false)
  // From now on, the new time is known.
  expect(await run('select copy from payments.servers order by copy')).toContainEqual({ copy })
  await run(`delete from payments.servers where identity not like '%.1'`)
  await run('update payments.servers set copy = null')
  expect(await started('older')).toBe(true)
})

it('a database that had another in between is a switch again, and not for a process that only comes late', async () => {
  const { database } = test
  const run = (text: string) => database.query<{ at: string }>({ text })
  /** The process reached that server before, and then, or again, this one. */
  const came = async (from: 'here' | 'a known one' | 'an unknown one') => {
    await run('delete from payments.servers')
    let reach: () => void = () => undefined
    const onNewEpoch = (forget: () => void) => {
      reach = forget
      return () => undefined
    }
    let identity = from
    const query = async (statement: Parameters<typeof database.query>[0]) => {
      const rows = await database.query<{ identity: string }>(statement)
      return rows.map((row) => (identity === 'here' ? row : { ...row, identity }))
    }
    const notes = createServerNotes({ ...database, onNewEpoch, query: query as typeof database.query })
    await notes.start()
    identity = 'here'
    await run(`insert into payments.servers (identity, is_switch) values ('a known one', false)`)
    await run(`update payments.servers set is_switch = true, noted_at = timestamptz 'epoch'`)
    reach()
    const isNoted = () => !notes.mayBeLost({ createdAt: now * 2 }, now * 2)
    await expect.poll(isNoted, { timeout: patience(5_000) }).toBe(true)
    notes.stop()
    return notes.hasSwitched({ createdAt: now / 2 })
  }
  expect(await came('here')).toBe(true)
  expect(await came('an unknown one')).toBe(true)
  expect(await came('a known one')).toBe(false)
})
