import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { DatabaseFault } from '../postgres/index.ts'
import { deleteOldKeys, deleteOldKeysText } from './idempotency-store.ts'
import {
  createRunningKeys,
  findKeysStep,
  fingerprintRequest,
  isKeyTaken,
  itemRequests,
  once,
  parseFoundKeys,
  storeKeysStep,
} from './index.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const requestOf = (key: string, content = 'body', book = 1) => ({
  book,
  key,
  fingerprint: fingerprintRequest({ method: 'POST', url: '/v1/x' }, Buffer.from(content)),
})

async function effects(name: string): Promise<number> {
  const rows = await test.database.query<{ count: bigint }>({
    text: 'select count(*) as count from platform.outbox where events = $1',
    values: [name],
  })
  return Number(rows[0]?.count)
}

const effect = (name: string) => ({
  text: 'insert into platform.outbox (book_id, recorded_at, events) values (1, now(), $1)',
  values: [name],
})

/** Keys whose hash under book 1 is the number of a lock that the program takes. Any client can compute such keys. */
const chosenKeys = [
  { key: ']?Z]1O~w}`Ap', lock: 7_236_837_702n },
  { key: 'FWjZe[g5hGo/', lock: 4_771_001n },
  { key: "`~T.''=89oy6", lock: 30_794_313_020_761n },
]

describe('once', () => {
  it.each(chosenKeys)('with the key $key holds none of the locks of the program', async ({ key, lock }) => {
    const free = async () => {
      const [row] = await test.database.query<{ hash: bigint; free: boolean }>({
        text: `select hashtextextended($1, 1) as hash, pg_try_advisory_xact_lock($2) as free`,
        values: [key, lock],
      })
      return [row?.hash, row?.free]
    }
    const seen = once(test.database, requestOf(key), async () => ({ status: 200, body: String(await free()) }))
    expect((await seen).kind === 'done' && (await seen)).toMatchObject({ answer: { body: `${lock},true` } })
  })

  it('has one effect among fifty callers with one key, and all get the same answer', async () => {
    let ran = 0
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        once(test.database, requestOf('fifty'), async (tx) => {
          ran += 1
          await tx.query(effect('fifty'))
          return { status: 201, body: `{"ran":${ran}}` }
        }),
      ),
    )
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(new Set(outcomes.map((outcome) => outcome.kind !== 'mismatched' && outcome.answer.body))).toEqual(
      new Set(['{"ran":1}']),
    )
    expect(await effects('fifty')).toBe(1)
  })

  it('distinguishes another content from a replay, and another book from another content', async () => {
    const work = async () => ({ status: 200, body: 'first' })
    await once(test.database, requestOf('content'), work)
    expect((await once(test.database, requestOf('content'), work)).kind).toBe('replayed')
    expect((await once(test.database, requestOf('content', 'other'), work)).kind).toBe('mismatched')
    expect((await once(test.database, requestOf('content', 'body', 2), work)).kind).toBe('done')
  })

  it('does and stores nothing when the work throws', async () => {
    const failing = once(test.database, requestOf('throws'), async (tx) => {
      await tx.query(effect('throws'))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await effects('throws')).toBe(0)
    expect((await once(test.database, requestOf('throws'), async () => ({ status: 200, body: '' }))).kind).toBe('done')
  })

  it('yields to a writer that stored the key without taking the lock', async () => {
    const outcome = await once(test.database, requestOf('overtaken'), async (tx) => {
      await tx.query(effect('overtaken'))
      await test.database.transaction((other) =>
        other.burst([
          storeKeysStep([{ idempotency: requestOf('overtaken'), answer: { status: 201, body: 'theirs' } }]),
        ]),
      )
      return { status: 201, body: 'ours' }
    })
    expect(outcome).toEqual({ kind: 'replayed', answer: { status: 201, body: 'theirs' } })
    expect(await effects('overtaken')).toBe(0)
  })
})

describe('itemRequests', () => {
  const inUse = { status: 409, body: '{"status":409,"code":"idempotency_key_in_use"}' }

  /** A program that does not know the items answers what it finds under the key. */
  it('tells an older program that the request is still running', async () => {
    await itemRequests(test.database, requestOf('parts'), { count: 3, inUse })
    const [found] = await test.database.transaction((tx) => tx.burst([findKeysStep([requestOf('parts')])]))
    const older = parseFoundKeys(found ?? { rows: [], tag: '' })
    expect(older(requestOf('parts'))).toEqual({ kind: 'replayed', answer: inUse })
    expect(older(requestOf('parts', 'other'))).toEqual({ kind: 'mismatched' })
    await once(test.database, requestOf('empty'), async () => ({ status: 200, body: '' }))
    expect((await itemRequests(test.database, requestOf('empty'), { count: 3, inUse })).items).toHaveLength(3)
  })

  it('returns a request for each item, the same for a repetition, and none for another content', async () => {
    const { items } = await itemRequests(test.database, requestOf('items'), { count: 3, inUse })
    expect(items?.map(({ key }) => key)).toEqual(['items\n0', 'items\n1', 'items\n2'])
    for (const item of items ?? []) {
      expect((await once(test.database, item, async () => ({ status: 200, body: item.key }))).kind).toBe('done')
    }
    expect(await itemRequests(test.database, requestOf('items'), { count: 3, inUse })).toEqual({ items })
    const [first = requestOf('none')] = items ?? []
    const replay = await once(test.database, first, async () => ({ status: 200, body: 'again' }))
    expect(replay).toEqual({ kind: 'replayed', answer: { status: 200, body: 'items\n0' } })
    expect(await itemRequests(test.database, requestOf('items', 'other'), { count: 3, inUse })).toEqual({
      settled: { kind: 'mismatched' },
    })
  })

  it('returns the answer that an older program stored for the whole request', async () => {
    const whole = { status: 200, body: '{"data":[]}' }
    await once(test.database, requestOf('whole'), async () => whole)
    const again = await itemRequests(test.database, requestOf('whole'), { count: 3, inUse })
    expect(again).toEqual({ settled: { kind: 'replayed', answer: whole } })
  })
})

describe('the steps of a burst', () => {
  it('store and find keys of every shape', async () => {
    const keys = [
      'plain',
      'with "quotes"',
      'back\\slash',
      '{braces,and,commas}',
      ' spaces ',
      'NULL',
      "it's",
      '~'.repeat(255),
    ]
    const rows = keys.map((key, at) => ({
      idempotency: requestOf(key, key, 7),
      answer: { status: 200 + at, body: JSON.stringify({ key, text: 'é😀'.repeat(at * 500) }) },
    }))
    const found = await test.database.transaction(async (tx) => {
      await tx.burst([storeKeysStep(rows)])
      const asked = [...rows.map(({ idempotency }) => idempotency), requestOf('absent', '', 7)]
      const [answered] = await tx.burst([findKeysStep(asked)])
      return parseFoundKeys(answered ?? { rows: [], tag: '' })
    })
    for (const { idempotency, answer } of rows) expect(found(idempotency)).toEqual({ kind: 'replayed', answer })
    expect(found(requestOf('absent', '', 7))).toBeUndefined()
    expect(found(requestOf('plain', 'other', 7))).toEqual({ kind: 'mismatched' })
  })

  it('compress long answers', async () => {
    const body = JSON.stringify(Array.from({ length: 10_000 }, (_, n) => ({ status: 201, n })))
    await test.database.transaction((tx) =>
      tx.burst([storeKeysStep([{ idempotency: requestOf('long'), answer: { status: 200, body } }])]),
    )
    const stored = await test.database.query<{ bytes: number }>({
      text: `select octet_length(body) as bytes from platform.idempotency_keys where key = 'long'`,
    })
    expect(stored[0]?.bytes).toBeLessThan(body.length / 5)
  })

  it('fail as a whole when a key is taken', async () => {
    const store = () =>
      test.database.transaction((tx) =>
        tx.burst([storeKeysStep([{ idempotency: requestOf('taken'), answer: { status: 200, body: '' } }])]),
      )
    await store()
    const error = await store().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DatabaseFault)
    expect(isKeyTaken(error)).toBe(true)
  })
})

describe('deleteOldKeys', () => {
  it('deletes keys older than the given age, a limited number at a time', async () => {
    await test.database.query({
      text: `insert into platform.idempotency_keys (book_id, key, fingerprint, status, encoding, body, created_at)
        select 9, 'old ' || n, '\\x00', 200, 0, '\\x', now() - make_interval(days => n) from generate_series(26, 35) n`,
    })
    const step = async () => (await deleteOldKeys(test.database, { ageDays: 30, rowsMax: 4 })).deleted
    expect([await step(), await step(), await step()]).toEqual([4, 2, 0])
    const left = await test.database.query<{ key: string }>({
      text: 'select key from platform.idempotency_keys where book_id = 9 order by key',
    })
    expect(left.map(({ key }) => key)).toEqual(['old 26', 'old 27', 'old 28', 'old 29'])
  })
})

describe('deleteOldKeys, on a table that reuses its space', () => {
  it('reads only the rows that it deletes, from the oldest on', async () => {
    // New rows are in the pages of old ones, so that no range of pages is of one time.
    await test.database.query({
      text: `insert into platform.idempotency_keys (book_id, key, fingerprint, status, encoding, body, created_at)
        select 10, md5(n::text), '\\x00', 200, 0, '\\x',
          now() - case when n % 50 = 0 then interval '40 days' else interval '1 day' end
        from generate_series(1, 40000) n`,
    })
    await test.database.query({ text: 'vacuum analyze platform.idempotency_keys' })
    const text = deleteOldKeysText.replace('$1', '30').replace('$2', '100').replace('$3', "'-infinity'")
    const [plan] = await test.database.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>({
      text: `explain (analyze, buffers, format json) ${text}`,
    })
    const root = plan?.['QUERY PLAN'][0]?.Plan ?? {}
    expect((root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0)).toBeLessThan(450)
    const pruned = await deleteOldKeys(test.database, { ageDays: 30, rowsMax: 700 })
    expect(pruned.deleted).toBe(700)
    expect(await deleteOldKeys(test.database, { ageDays: 30, rowsMax: 100, from: pruned.until })).toEqual({
      deleted: 0,
      until: undefined,
    })
  })
})

describe('fingerprintRequest', () => {
  it('is the same for short and long bodies as one hash over all', () => {
    const digests = [0, 1, 16_384, 16_385, 100_000].map((length) =>
      fingerprintRequest({ method: 'POST', url: '/v1/é' }, Buffer.alloc(length, 'x')).toString('hex'),
    )
    expect(new Set(digests).size).toBe(5)
    const method = fingerprintRequest({ method: 'PATCH', url: '/v1/é' }, Buffer.alloc(1, 'x')).toString('hex')
    const path = fingerprintRequest({ method: 'POST', url: '/v1/e' }, Buffer.alloc(1, 'x')).toString('hex')
    expect(digests).not.toContain(method)
    expect(digests).not.toContain(path)
    expect(fingerprintRequest({ method: 'POST', url: '/v1/é' }, undefined).toString('hex')).toBe(digests[0])
  })
})

describe('createRunningKeys', () => {
  it('allows one request per key at a time', () => {
    const running = createRunningKeys()
    const request = requestOf('k')
    expect([running.enter(request), running.enter(request), running.enter(requestOf('k', 'body', 2))]).toEqual([
      true,
      false,
      true,
    ])
    running.leave(request)
    expect(running.enter(request)).toBe(true)
  })
})
