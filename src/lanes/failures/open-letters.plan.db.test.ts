import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { Database, Statement, Transaction } from '#platform/postgres'
import { createTestDatabase, pagesRead, planOf, statementsOf, type TestDatabase } from '#testing'
import { readLaneStates } from '../operating/lane-read-model.ts'
import { listDeadLetters } from './dead-letter-store.ts'
import { lockOpenLetters } from './failure-store.ts'
import { discardLetters, findOpenLetters, subjectsWithoutLetters } from './replay-store.ts'

// Of 200,000 dead letters, 199,000 are discarded. Every 200th is open. They are of 10 books, 4 kinds and 100 subjects.

const [book, kind] = [1, 'test.work0']
const subject = '00000000000000000000000000000000'
const page = { after: undefined, limit: 100 }

let test: TestDatabase
let database: Database
beforeAll(async () => {
  test = await createTestDatabase()
  database = test.database
  await database.query({
    text: `insert into lanes.dead_letters (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code,
        reason, enqueued_at, discarded_at)
      select lpad(to_hex(n), 32, '0')::uuid, 1 + n / 200 % 10, n / 200 % 4, 'test.work' || n / 200 % 4, -1,
        lpad(to_hex(n / 200 % 100), 32, '0')::uuid, '{}', 1, 'permanent', 'defect', 'It threw.', now(),
        case when n % 200 <> 0 then now() end
      from generate_series(1, 200000) n`,
  })
  await database.query({ text: 'vacuum analyze lanes.dead_letters' })
})
afterAll(() => test.drop())

async function statementOf(work: (tx: Transaction) => Promise<unknown>): Promise<Statement> {
  const [first] = await statementsOf(work)
  if (first === undefined) throw new Error('nothing was sent')
  return first
}

const letter = { id: newUuid(), kind, book, subject, payload: '{}' }

describe('among discarded dead letters, the index of the open ones serves', () => {
  const reads: [what: string, index: string, pages: number, work: (tx: Transaction) => Promise<unknown>][] = [
    ['a start', 'open_of_kind', 600, (tx) => lockOpenLetters(tx, kind, page)],
    ['a replay by filter', 'open_in_book', 300, (tx) => findOpenLetters(tx, { book }, 100)],
    ['a replay of a subject', 'open_of_subject', 300, (tx) => findOpenLetters(tx, { book, subject, kind }, 100)],
    ['the end of a replay', 'open_of_subject', 300, (tx) => subjectsWithoutLetters(tx, [letter])],
    ['the counts of lanes', 'open_in_lane', 50, (tx) => readLaneStates(tx)],
    [
      'a list of open letters',
      'open_in_book',
      300,
      (tx) => listDeadLetters(tx, { book, replayed: false, discarded: false }, { limit: 99 }),
    ],
  ]
  it.each(reads)('%s', async (_what, index, pagesMax, work) => {
    const statement = await statementOf(work)
    const plan = await planOf(database, statement)
    expect(plan).toContain(`dead_letters_${index}`)
    expect(plan).not.toContain('Seq Scan on dead_letters')
    expect(await pagesRead(database, statement)).toBeLessThan(pagesMax)
  })

  it('the discarding of a subject', async () => {
    const plan = await planOf(database, await statementOf((tx) => discardLetters(tx, { book, subject, kind }, subject)))
    expect(plan).toContain('dead_letters_open_of_subject')
  })
})

it('letters that were not replayed are listed newest first, and those that were are not read', async () => {
  await database.query({
    text: `insert into lanes.dead_letters (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code,
        reason, enqueued_at, replayed_at)
      select lpad(to_hex(n), 32, '0')::uuid, ${book}, 2, '${kind}', -1, gen_random_uuid(), '{}', 1, 'permanent',
        'defect', 'It threw.', now(), now()
      from generate_series(200001, 220000) n`,
  })
  const list = (tx: Pick<Transaction, 'query'>) => listDeadLetters(tx, { book, replayed: false }, { limit: 100 })
  const { items, next } = await list(database)
  const expected = [200_000, ...Array.from({ length: 99 }, (_, place) => 198_199 - place)]
  expect(items.map(({ id }) => Number.parseInt(id, 16))).toEqual(expected)
  const after = await listDeadLetters(database, { book, replayed: false }, { limit: 3, cursor: next })
  expect(after.items.map(({ id }) => Number.parseInt(id, 16))).toEqual([198_100, 198_099, 198_098])
  for (const statement of await statementsOf(list)) expect(await pagesRead(database, statement)).toBeLessThan(400)
})
