import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { createTestDatabase, patience, startRailSimulatorProcess, type TestDatabase } from '#testing'
import { createRails } from './create-rails.ts'
import type { InboxEntry } from './inbox-store.ts'
import type { RailEvent } from './rail.ts'
import type { RailAdapter } from './rail-adapter.ts'
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
  const bank = createBankRail({ name: 'bank', url, callbackSecrets: () => [], timeoutMs })
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
  const server = createServer({ keepAliveTimeout: patience(60_000) }, (request, response) => {
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

  it('because the header is another one: the whole is refused, and read again', async () => {
    const bank = await serveStatement(['a,b,c', line(1), line(2), ''].join('\n'), 2)
    const collected = collecting()
    await expect(collect(collected.deps, bank)).rejects.toMatchObject({ code: 'statement_refused' })
    expect(collected.problems).toEqual([])
    expect(await progress()).toEqual([['2026-02-01', '0/2', '0', false]])
  })

  it('and follows more than 999 like it is only counted; a line that cannot be handled is still kept', async () => {
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

  it('because its event cannot be handled: the others are passed on', async () => {
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

  it('whose connection breaks in the middle of a line is resumed the next time, nothing read twice', async () => {
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

it('lets one of two collectors at the same cursor go on', async () => {
  const at = { rail: 'bank', statement: '2026-02-01' }
  await beginStatement(test.database, { ...at, lines: 4 })
  const step = { ...at, from: 0, to: 2, position: '2', problems: 0, finished: false }
  const advance = () => test.database.transaction((tx) => advanceStatement(tx, step))
  expect((await Promise.all([advance(), advance()])).toSorted()).toEqual([false, true])
  expect(await progress()).toEqual([['2026-02-01', '2/4', '0', false]])
})

it('reports that the rail is away when there is no list', async () => {
  const bank = bankAt('http://127.0.0.1:1')
  await expect(collect(collecting().deps, bank)).rejects.toMatchObject({ code: 'statements_not_listed' })
})

describe('a stop', () => {
  /** Reports the URL of a bank that answers nothing, or only the head of its statement. */
  async function serveNothing(what: 'list' | 'statement', asked: () => void): Promise<string> {
    const server = createServer({ keepAliveTimeout: patience(60_000) }, (request, response) => {
      const isList = /\/statements\?/.test(request.url ?? '')
      if (isList && what === 'statement') {
        return response.end(JSON.stringify({ data: [{ date: '2026-02-01', lines: 2 }], has_more: false }))
      }
      if (!isList) response.write(`${header}\n`)
      asked()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function stopWhileAsked(adapter: RailAdapter, asked: Promise<void>) {
    const faults: unknown[] = []
    const rails = createRails({
      ...{ ...collecting().deps, adapters: [adapter], readBooks: async () => [] },
      ...{ collects: true, measure: () => undefined, onNotice: () => undefined, statementsEveryMs: 1 },
      onFault: (fault) => faults.push(fault),
    })
    await rails.start()
    await asked
    await rails.stop()
    expect(faults).toEqual([])
  }

  it.each(['list', 'statement'] as const)('does not wait for a rail whose %s does not come', async (what) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    await stopWhileAsked(bankAt(await serveNothing(what, resolve), 3_600_000), promise)
  })

  it('does not wait for a call that goes on after its adapter was closed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const never = new Promise<never>(() => undefined)
    const bank = bankAt('http://127.0.0.1:1')
    const list = () => {
      resolve()
      return never
    }
    const read = () => {
      throw new Error('nothing was listed')
    }
    await stopWhileAsked({ ...bank, statements: { list, read } }, promise)
  })

  it('ends the reading of a long statement, which goes on later where it ended', async () => {
    const text = [header, ...Array.from({ length: 600 }, (_, at) => line(at + 1)), ''].join('\n')
    const bank = await serveStatement(text, 600)
    const collected = collecting()
    const isStopping = () => collected.ids().length > 0
    expect(await collect({ ...collected.deps, isStopping }, bank)).toBe(0)
    expect(await progress()).toEqual([['2026-02-01', '500/600', '0', false]])
    expect(await collect(collected.deps, bank)).toBe(1)
    expect(collected.ids()).toEqual(Array.from({ length: 600 }, (_, at) => `ev_${at + 1}`))
  })
})
