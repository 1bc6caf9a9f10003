import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { createTestDatabase, startRailSimulatorProcess, type TestDatabase } from '#testing'
import { type InboxEntry, pruneInbox } from './inbox-store.ts'
import type { RailEvent, RailHealth } from './rail.ts'
import type { RailAdapter, StatementSource } from './rail-adapter.ts'
import { railMetrics } from './rail-metrics.ts'
import { createBankRail } from './simulator/bank-rail.ts'
import { type CollectorDeps, collectStatements } from './statement-collector.ts'
import { lineLengthMax } from './statement-lines.ts'
import { advanceStatement, beginStatement } from './statement-store.ts'

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

function bankAt(url: string, timeoutMs = 500): RailAdapter {
  const bank = createBankRail({ name: 'bank', url, callbackSecrets: [], timeoutMs })
  closers.push(bank.close)
  return bank
}

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

function collect(deps: CollectorDeps, bank: RailAdapter): Promise<number> {
  if (bank.statements === undefined) throw new Error('the bank has statements')
  return collectStatements(deps, 'bank', bank.statements)
}

async function progress() {
  const rows = await test.database.query<{ statement: string; done: string; problems: string; finished: boolean }>({
    text: `select statement, lines_done || '/' || lines as done, problems::text as problems,
        finished_at is not null as finished
      from rails.statements order by statement`,
  })
  return rows.map(({ statement, done, problems, finished }) => [statement, done, problems, finished])
}

describe('from the simulator', () => {
  it('collects each line of each statement once, over restarts in the middle and two collectors at once', async () => {
    const simulator = await startRailSimulatorProcess('--latency-ms', '0', '--day-ms', '0')
    closers.push(simulator.kill)
    const bank = bankAt(simulator.url, 10_000)
    const charge = (instrument: string) =>
      bank.submit({ id: newUuid(), operation: 'charge', amount: 100n, asset: 'INR', instrument })
    const outcomes = await Promise.all(
      Array.from({ length: 1_200 }, (_, at) => charge(at % 10 === 0 ? 'GB33AM04' : 'GB33BUKB20201555555555')),
    )
    expect(outcomes.every(({ kind }) => kind === 'pending')).toBe(true)
    await charge('GB33DUPLICATE')
    await simulator.control('close-day', {})

    // The process ends while it handles the third batch.
    let batch = 0
    const first = collecting(() => {
      batch += 1
      return batch === 3 ? new Fault({ code: 'gone', message: 'the process ends', retryable: true }) : undefined
    })
    await expect(collect(first.deps, bank)).rejects.toMatchObject({ code: 'gone' })
    expect(first.ids()).toHaveLength(1_000)
    expect(await progress()).toMatchObject([[expect.any(String), '1000/1201', '0', false]])

    const other = openDatabase(test.connection)
    closers.push(() => other.close())
    const [second, third] = [collecting(), collecting()]
    const finished = await Promise.all([collect(second.deps, bank), collect({ ...third.deps, database: other }, bank)])
    expect(finished[0] + finished[1]).toBe(1)
    const all = [...first.ids(), ...second.ids(), ...third.ids()]
    expect(all).toHaveLength(1_201)
    expect(new Set(all).size).toBe(1_201)
    const events = [first, second, third].flatMap(({ batches }) => batches.flat())
    expect(events.filter(({ outcome }) => outcome.kind === 'failed')).toHaveLength(120)
    expect(events.every(({ call, railReference }) => call !== undefined && railReference.startsWith('chg_'))).toBe(true)

    // The line that appears again in the next day's statement is not a second event.
    await charge('GB33BUKB20201555555555')
    await simulator.control('close-day', {})
    const next = collecting()
    expect(await collect(next.deps, bank)).toBe(1)
    expect(next.ids()).toHaveLength(1)
    expect(await progress()).toMatchObject([
      [expect.any(String), '1201/1201', '0', true],
      [expect.any(String), '2/2', '0', true],
    ])
    expect(await collect(next.deps, bank)).toBe(0)
  })
})

const header = 'line,event_id,operation,reference,idempotency_key,original,amount,asset,outcome,reason_code,occurred_at'
const moment = '2026-01-31T09:30:02.000000Z'
const line = (number: number) => `${number},ev_${number},charge,chg_${number},,,100,INR,settled,,${moment}`

/** A bank whose one statement is the given text; `cut` breaks the first reading off after so many bytes. */
async function serveStatement(text: string, lines: number, cut?: number): Promise<RailAdapter> {
  let readings = 0
  const server = createServer((request, response) => {
    const listing = /\/statements\?/.test(request.url ?? '')
    if (listing) {
      const data = request.url?.includes('after=')
        ? []
        : [{ date: '2026-02-01', sequence: 1, lines, closed_at: moment }]
      return response.end(JSON.stringify({ data, has_more: false, next_cursor: null }))
    }
    readings += 1
    if (readings > 1 || cut === undefined) return response.end(text)
    response.writeHead(200, { 'content-length': text.length })
    response.write(text.slice(0, cut), () => setTimeout(() => response.destroy(), 20))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return bankAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

describe('a line that cannot be read', () => {
  it.each([
    ['has too few fields', '2,ev_2,charge', 'the line has 3 fields instead of 11'],
    ['is empty', '', 'the line has 1 fields instead of 11'],
    ['has quotation marks out of place', `2,"ev_2,charge,chg_2,,,100,INR,settled,,${moment}`, 'the line is not CSV'],
    ['has another number', line(3), 'it is line 2 and says 3'],
    ['has an event without an id', line(2).replace('ev_2', ''), 'the field event_id is not understood'],
    ['is about an operation unheard of', line(2).replace('charge', 'gift'), 'the field operation is not understood'],
    ['has no reference', line(2).replace('chg_2', ''), 'the field reference is not understood'],
    [
      'has a key that is not ours',
      line(2).replace('chg_2,', 'chg_2,abc'),
      'the field idempotency_key is not understood',
    ],
    ['has an amount that is none', line(2).replace('100', '1e2'), 'the field amount is not understood'],
    ['has a negative amount', line(2).replace('100', '-100'), 'the field amount is not understood'],
    [
      'has a word for its outcome that nobody knows',
      line(2).replace('settled', 'maybe'),
      'the field outcome is not understood',
    ],
    ['has no time', line(2).replace(moment, 'today'), 'the field occurred_at is not understood'],
    ['is too long', line(2).replace('INR', 'I'.repeat(lineLengthMax)), 'the line is too long'],
    ['holds what cannot be stored', line(2).replace('ev_2', 'ev_\0'), 'the field event_id is not understood'],
  ])('because it %s is kept with the reason, and the others go on', async (_what, bad, reason) => {
    const bank = await serveStatement([header, line(1), bad, line(3), ''].join('\n'), 3)
    const collected = collecting()
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.ids()).toEqual(['ev_1', 'ev_3'])
    expect(collected.problems.map(([{ line: at }, why]) => [at, why])).toEqual([[2, reason]])
    const rows = await test.database.query<{ statement: string; line: bigint; problem: string }>({
      text: 'select statement, line, problem from rails.inbox where problem is not null',
    })
    expect(rows).toEqual([{ statement: '2026-02-01', line: 2n, problem: reason }])
    expect(await progress()).toEqual([['2026-02-01', '3/3', '1', true]])
  })

  it('because the header is another one: all of them are kept', async () => {
    const bank = await serveStatement(['a,b,c', line(1), line(2), ''].join('\n'), 2)
    const collected = collecting()
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.ids()).toEqual([])
    expect(collected.problems).toHaveLength(2)
  })

  it('and has more than 999 before it like it, is counted only; what nobody can take is kept all the same', async () => {
    const bad = Array.from({ length: 1_498 }, () => 'neither is this')
    const bank = await serveStatement([header, ...bad, line(1_499), line(1_500), ''].join('\n'), 1_500)
    const collected = collecting((events) =>
      events.some(({ eventId }) => eventId === 'ev_1500') ? new Error('a defect') : undefined,
    )
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.ids()).toEqual(['ev_1499'])
    expect(collected.problems).toHaveLength(1_001)
    const rows = await test.database.query<{ kept: bigint; last: bigint }>({
      text: 'select count(*) as kept, max(line) as last from rails.inbox where problem is not null',
    })
    expect(rows).toEqual([{ kept: 1_001n, last: 1_500n }])
    expect(await progress()).toEqual([['2026-02-01', '1500/1500', '1499', true]])
  })

  it('because nobody can take its event: the others are handed on', async () => {
    const bank = await serveStatement([header, line(1), line(2), line(3), ''].join('\n'), 3)
    const collected = collecting((events) =>
      events.some(({ eventId }) => eventId === 'ev_2') ? new Error('a defect') : undefined,
    )
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.ids()).toEqual(['ev_1', 'ev_3'])
    expect(collected.problems.map(([{ line: at }]) => at)).toEqual([2])
  })
})

describe('a statement', () => {
  it('with quoted fields, line ends of two kinds, and no last one, is read', async () => {
    const quoted = line(2).replace('settled,', 'returned,"AM04"')
    const bank = await serveStatement([header, line(1), quoted].join('\r\n'), 2)
    const collected = collecting()
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.batches.flat().map(({ outcome }) => outcome.kind)).toEqual(['succeeded', 'failed'])
  })

  it('whose connection breaks in the middle of a line is read on the next time, and nothing of it twice', async () => {
    const text = [header, ...Array.from({ length: 600 }, (_, at) => line(at + 1)), ''].join('\n')
    const bank = await serveStatement(text, 600, Math.floor(text.length * 0.95))
    const collected = collecting()
    await expect(collect(collected.deps, bank)).rejects.toThrow()
    expect(collected.ids()).toHaveLength(500)
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.ids()).toEqual(Array.from({ length: 600 }, (_, at) => `ev_${at + 1}`))
  })

  it('that ends too early is not finished', async () => {
    const bank = await serveStatement([header, line(1), ''].join('\n'), 2)
    const collected = collecting()
    await expect(collect(collected.deps, bank)).rejects.toMatchObject({ code: 'statement_cut_off' })
    expect(await progress()).toEqual([['2026-02-01', '0/2', '0', false]])
  })

  it('that ends in the middle of its last line but one is not finished', async () => {
    const bank = await serveStatement([header, line(1), line(2).slice(0, -5)].join('\n'), 3)
    await expect(collect(collecting().deps, bank)).rejects.toMatchObject({ code: 'statement_cut_off' })
  })
})

describe('statements', () => {
  /** A bank that offers the statements put in here, by name; lines are numbered as they are read. */
  function createShelf() {
    const shelf = new Map<string, readonly string[]>()
    const broken = new Set<string>()
    const refused = new Set<string>()
    const opened: string[] = []
    const source: StatementSource = {
      list: async (after = '') => {
        const names = [...shelf.keys()].filter((name) => name > after).sort()
        const page = names.slice(0, 100)
        return { ok: true, offers: page.map((name) => ({ name, lines: shelf.get(name)?.length ?? 0 })) }
      },
      open: async (name) => {
        opened.push(name)
        if (broken.has(name)) return { ok: false, why: 'the connection broke' }
        const lines = shelf.get(name) ?? []
        const text = ['events', ...lines.filter((id) => id !== 'missing'), ''].join('\n')
        return { ok: true, chunks: Readable.from([Buffer.from(text)]) }
      },
      reader: () => (eventId) => ({ kind: 'event', event: { ...settled, eventId } }),
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

  it('that are issued again with more lines are read again, and tell only what is new', async () => {
    const bank = createShelf()
    bank.put('2026-02-01', 'ev_1', 'ev_2')
    expect(await bank.collect()).toBe(1)
    bank.put('2026-02-01', 'ev_0', 'ev_1', 'ev_2', 'ev_3')
    expect(await bank.collect()).toBe(1)
    expect(bank.ids()).toEqual(['ev_1', 'ev_2', 'ev_0', 'ev_3'])
    expect(await bank.collect()).toBe(0)
    expect(await progress()).toEqual([['2026-02-01', '4/4', '0', true]])
  })

  it('with a line that nobody could take hand it on once when they are issued again and somebody can', async () => {
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

  it('of years are not asked for again each time', async () => {
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
    const metrics = railMetrics({ names: () => ['bank', 'card'], health: () => health }, test.database)
    const metric = metrics.find(({ name }) => name === 'munim_rail_unfinished_statements')
    const read = await metric?.read()
    return read instanceof Map ? [...read] : []
  }

  it('that failed are read again, however many later ones are finished, as they are now', async () => {
    const bank = createShelf()
    for (const name of days(60)) bank.put(name, `ev_${name}`)
    for (const name of ['day 000', 'day 003', 'day 004']) bank.broken.add(name)
    await expect(bank.collect()).rejects.toMatchObject(failed)
    expect(await unfinished()).toEqual([
      ['bank', 3],
      ['card', 0],
    ])
    expect(bank.ids()).toHaveLength(57)
    expect(bank.opened()).toHaveLength(60)
    bank.broken.clear()
    bank.put('day 003', 'ev_mended', 'ev_day 003')
    bank.put('day 061', 'ev_day 061')
    for (const read of [2, 1, 1, 0]) expect(await bank.collect()).toBe(read)
    expect(bank.opened()).toEqual(['day 061', 'day 000', 'day 003', 'day 004'])
    expect((await unfinished())[0]).toEqual(['bank', 0])
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

it('lets one of two collectors that believe in the same cursor go on', async () => {
  const at = { rail: 'bank', statement: '2026-02-01' }
  await beginStatement(test.database, { ...at, lines: 4 })
  const step = { ...at, from: 0, to: 2, problems: 0, finished: false }
  const advance = () => test.database.transaction((tx) => advanceStatement(tx, step))
  expect((await Promise.all([advance(), advance()])).toSorted()).toEqual([false, true])
  expect(await progress()).toEqual([['2026-02-01', '2/4', '0', false]])
})

it('says that the rail is away when there is no list', async () => {
  const bank = bankAt('http://127.0.0.1:1')
  await expect(collect(collecting().deps, bank)).rejects.toMatchObject({ code: 'statements_not_listed' })
})
