import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { type InboxEntry, pruneInbox } from './inbox-store.ts'
import type { RailEvent, RailHealth } from './rail.ts'
import type { StatementSource } from './rail-adapter.ts'
import { railMetrics } from './rail-metrics.ts'
import { readLines } from './read-lines.ts'
import { type CollectorDeps, collectStatements } from './statement-collector.ts'

let test: TestDatabase
let closers: (() => unknown)[] = []

beforeEach(async () => {
  test = await createTestDatabase()
})
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
  await test.drop()
})

/** Records the events that a collector passes on; `refuse` may prevent them. */
function collecting(refuse?: (events: readonly RailEvent[]) => Error | undefined) {
  const batches: (readonly RailEvent[])[] = []
  const problems: [InboxEntry, string][] = []
  const deps: CollectorDeps = {
    database: test.database,
    onEvents: async (_tx, events) => {
      const refused = refuse?.(events)
      if (refused) throw refused
      batches.push(events)
    },
    onHandedOn: () => undefined,
    onProblem: (entry, reason) => problems.push([entry, reason]),
  }
  return { deps, batches, problems, ids: () => batches.flat().map(({ eventId }) => eventId) }
}

async function progress() {
  const rows = await test.database.query<{ statement: string; done: string; problems: string; finished: boolean }>({
    text: `select statement, lines_done || '/' || lines as done, problems::text as problems,
        finished_at is not null as finished
      from rails.statements order by statement`,
  })
  return rows.map(({ statement, done, problems, finished }) => [statement, done, problems, finished])
}

describe('statements', () => {
  /** A bank that offers the statements put in here, by name; lines are numbered as they are read. */
  function createShelf() {
    const shelf = new Map<string, readonly string[]>()
    const broken = new Set<string>()
    const refused = new Set<string>()
    const opened: string[] = []
    const open = async (name: string) => {
      opened.push(name)
      if (broken.has(name)) return { ok: false, why: 'the connection broke' } as const
      const lines = shelf.get(name) ?? []
      const text = ['events', ...lines.filter((id) => id !== 'missing'), ''].join('\n')
      return { ok: true, chunks: Readable.from([Buffer.from(text)]) } as const
    }
    const reader = () => (eventId: string) => ({ kind: 'event', event: { ...settled, eventId } }) as const
    const source: StatementSource = {
      list: async (after = '') => {
        const names = [...shelf.keys()].filter((name) => name > after).sort()
        const page = names.slice(0, 100)
        return { ok: true, offers: page.map((name) => ({ name, lines: shelf.get(name)?.length ?? 0 })) }
      },
      read: (offer, position) => readLines({ offer, position, open: () => open(offer.name), reader }),
    }
    const collected = collecting(
      (events) => events.find(({ eventId }) => refused.has(eventId)) && new Error('a defect'),
    )
    return {
      refused,
      put: (name: string, ...ids: readonly string[]) => shelf.set(name, ids),
      broken,
      /** The statements opened since the last time. */
      opened: () => opened.splice(0),
      collect: () => collectStatements(collected.deps, 'bank', source),
      ids: collected.ids,
    }
  }
  const settled: Omit<RailEvent, 'eventId'> = {
    rail: 'bank',
    railReference: 'chg_1',
    operation: 'charge',
    occurredAt: 0,
    outcome: { kind: 'succeeded', railReference: 'chg_1', amount: 100n },
  }

  it('that come after later ones are read, also when the next ones have been read meanwhile', async () => {
    const bank = createShelf()
    bank.put('2026-02-01', 'ev_1')
    bank.put('2026-02-03', 'ev_3')
    expect(await bank.collect()).toBe(2)
    bank.put('2026-02-02', 'ev_2')
    bank.put('2026-02-04', 'ev_4')
    expect(await bank.collect()).toBe(2)
    expect(bank.ids()).toEqual(['ev_1', 'ev_3', 'ev_2', 'ev_4'])
    expect(await bank.collect()).toBe(0)
  })

  it('that are issued again with more lines are read again, and pass on only new lines', async () => {
    const bank = createShelf()
    bank.put('2026-02-01', 'ev_1', 'ev_2')
    expect(await bank.collect()).toBe(1)
    bank.put('2026-02-01', 'ev_0', 'ev_1', 'ev_2', 'ev_3')
    expect(await bank.collect()).toBe(1)
    expect(bank.ids()).toEqual(['ev_1', 'ev_2', 'ev_0', 'ev_3'])
    expect(await bank.collect()).toBe(0)
    expect(await progress()).toEqual([['2026-02-01', '4/4', '0', true]])
  })

  it('with a line that could not be handled pass it on once when they are issued again and it can be', async () => {
    const bank = createShelf()
    bank.put('2026-02-01', 'ev_1', 'ev_2')
    bank.refused.add('ev_2')
    expect(await bank.collect()).toBe(1)
    bank.refused.clear()
    for (const more of [['ev_3'], ['ev_3', 'ev_4']]) {
      bank.put('2026-02-01', 'ev_1', 'ev_2', ...more)
      expect(await bank.collect()).toBe(1)
    }
    expect(bank.ids()).toEqual(['ev_1', 'ev_2', 'ev_3', 'ev_4'])
    const unread = await test.database.query({ text: 'select from rails.inbox where problem is not null' })
    expect(unread).toEqual([])
  })

  it('behind one that cannot be read to its end are read, and that one when it can be', async () => {
    const bank = createShelf()
    bank.put('2026-02-01', 'ev_1', 'missing')
    bank.put('2026-02-02', 'ev_3')
    await expect(bank.collect()).rejects.toMatchObject({ code: 'statement_cut_off' })
    expect(bank.ids()).toEqual(['ev_3'])
    bank.put('2026-02-01', 'ev_1', 'ev_2')
    expect(await bank.collect()).toBe(1)
    expect(bank.ids()).toEqual(['ev_3', 'ev_1', 'ev_2'])
  })

  it('of years are not requested again each time', async () => {
    const bank = createShelf()
    const names = Array.from({ length: 100 }, (_, day) => `day ${String(day).padStart(3, '0')}`)
    for (const name of names) bank.put(name, `ev_${name}`)
    expect(await bank.collect()).toBe(100)
    bank.put('day 050a', 'ev_too_late')
    bank.put('day 090a', 'ev_late')
    expect(await bank.collect()).toBe(1)
    expect(bank.ids().at(-1)).toBe('ev_late')
  })

  const days = (count: number) => Array.from({ length: count }, (_, day) => `day ${String(day).padStart(3, '0')}`)
  const failed = { code: 'statement_not_opened' }
  const health: RailHealth = { rail: 'bank', state: 'up', since: 0 }
  const unfinished = async () => {
    const metrics = railMetrics(
      { names: () => ['bank', 'card'], health: () => health, parts: () => ({ keys: [], maintenance: [] }) },
      test.database,
    )
    const metric = metrics.find(({ name }) => name === 'munim_rail_unfinished_statements')
    const read = await metric?.read()
    return Array.isArray(read) ? read : []
  }

  it('that failed are read again in their current form, however many later ones are finished', async () => {
    const bank = createShelf()
    for (const name of days(60)) bank.put(name, `ev_${name}`)
    for (const name of ['day 000', 'day 003', 'day 004']) bank.broken.add(name)
    await expect(bank.collect()).rejects.toMatchObject(failed)
    expect(await unfinished()).toEqual([
      [{ rail: 'bank' }, 3],
      [{ rail: 'card' }, 0],
    ])
    expect(bank.ids()).toHaveLength(57)
    expect(bank.opened()).toHaveLength(60)
    bank.broken.clear()
    bank.put('day 003', 'ev_mended', 'ev_day 003')
    bank.put('day 061', 'ev_day 061')
    for (const read of [2, 1, 1, 0]) expect(await bank.collect()).toBe(read)
    expect(bank.opened()).toEqual(['day 061', 'day 000', 'day 003', 'day 004'])
    expect((await unfinished())[0]).toEqual([{ rail: 'bank' }, 0])
    expect(bank.ids().slice(57)).toEqual(['ev_day 061', 'ev_day 000', 'ev_mended', 'ev_day 003', 'ev_day 004'])
  })

  const age = (table: string, column: string, days: number, statement = '%') =>
    test.database.query({
      text: `update ${table} set ${column} = ${column} - $1 * interval '1 day' where statement like $2`,
      values: [days, statement],
    })

  it('that are issued again are read again only for 45 days: the inbox forgets events after 90', async () => {
    const bank = createShelf()
    bank.put('day 1', 'ev_1')
    bank.put('day 2', 'ev_2')
    expect(await bank.collect()).toBe(2)
    await age('rails.statements', 'begun_at', 46, 'day 1')
    await age('rails.statements', 'begun_at', 44, 'day 2')
    bank.put('day 1', 'ev_1', 'ev_3')
    bank.put('day 2', 'ev_2', 'ev_4')
    expect(await bank.collect()).toBe(1)
    expect(bank.ids()).toEqual(['ev_1', 'ev_2', 'ev_4'])
    expect(await bank.collect()).toBe(0)
    expect(await progress()).toEqual([
      ['day 1', '1/1', '0', true],
      ['day 2', '2/2', '0', true],
    ])
  })

  it('that are not finished are read however late, and the inbox keeps the events of their rail until then', async () => {
    const bank = createShelf()
    bank.put('day 1', 'ev_1')
    bank.put('day 2', 'ev_1', 'ev_2')
    bank.broken.add('day 2')
    await expect(bank.collect()).rejects.toMatchObject(failed)
    await age('rails.statements', 'begun_at', 91)
    await age('rails.inbox', 'received_at', 91)
    expect(await pruneInbox(test.database, { days: 90, limit: 10 })).toBe(0)
    bank.broken.clear()
    bank.put('day 2', 'ev_1', 'ev_2', 'ev_3')
    expect(await bank.collect()).toBe(1)
    expect(bank.ids()).toEqual(['ev_1', 'ev_2', 'ev_3'])
    expect(await pruneInbox(test.database, { days: 90, limit: 10 })).toBe(1)
  })

  it('that fail each time neither stop the others nor are all read again in each round', async () => {
    const bank = createShelf()
    for (const name of days(260)) bank.put(name, `ev_${name}`)
    for (const name of days(110)) bank.broken.add(name)
    for (let round = 0; round < 5; round += 1) await expect(bank.collect()).rejects.toMatchObject(failed)
    expect(bank.ids()).toHaveLength(150)
    expect(new Set(bank.opened()).size).toBe(260)
    for (let round = 0; round < 3; round += 1) await expect(bank.collect()).rejects.toMatchObject(failed)
    const again = bank.opened()
    expect(again).toHaveLength(3)
    expect(new Set(again).size).toBe(3)
  })
})
