import { describe, expect, it } from 'vitest'
import { decodeId, encodeId } from '#kernel'
import { newUuid } from '#platform/ids'
import { createRetention } from '#platform/retention'
import { createTestDatabase } from '#testing'
import { listActs } from './audit/audit-read-model.ts'
import { type Actor, appendAudit, auditTable, ensureFirstKey, resolveBook, verifyAuditLog } from './index.ts'

describe('the log of administrative acts', () => {
  it('names an author for every act, and reveals a changed, removed or inserted row', async () => {
    const { database, drop } = await createTestDatabase()
    await ensureFirstKey(database, async () => undefined)
    const book = await resolveBook(database, 'main')
    if (!book.ok) throw new Error('no book')
    const append = (actor: Actor) =>
      database.transaction((tx) =>
        appendAudit(tx, { actor, action: 'test.done', subject: encodeId('key', newUuid()), details: { a: 'b' } }),
      )
    await append(undefined)
    const id = newUuid()
    await Promise.all(Array.from({ length: 5 }, () => append({ kind: 'key', id })))

    const rows = await database.query<{ number: bigint; action: string; actor: string | null; subject: string }>({
      text: 'select number, action, actor, subject from access.audit_log order by number',
    })
    expect(rows.map(({ number }) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(rows.slice(0, 3)).toMatchObject([
      { action: 'book.created', actor: null, subject: encodeId('book', book.value.id) },
      { action: 'api_key.created', actor: null },
      { action: 'test.done', actor: null },
    ])
    expect(rows[7]?.actor?.replaceAll('-', '')).toBe(id)
    expect(decodeId('key', rows[7]?.subject ?? '')).toBeDefined()
    expect(await verifyAuditLog(database)).toEqual({ checked: 8, broken: [] })

    await database.query({ text: `update access.audit_log set details = '{}' where number = 3` })
    expect((await verifyAuditLog(database)).broken).toEqual([3])
    await database.query({ text: 'delete from access.audit_log where number = 3' })
    expect((await verifyAuditLog(database)).broken).toEqual([4])
    await database.query({ text: `update access.audit_log set actor = null where number = 8` })
    expect((await verifyAuditLog(database)).broken).toEqual([4, 8])
    await drop()
  })

  it('names the kind of each author, which a change reveals, and in which a key without one is a key', async () => {
    const { database, drop } = await createTestDatabase()
    const id = newUuid()
    const subject = 'x'
    for (const kind of ['person', 'client', 'key', 'service'] as const) {
      const act = { actor: { kind, id }, action: 'test.done', subject, details: {} }
      await database.transaction((tx) => appendAudit(tx, act))
    }
    await database.transaction((tx) => appendAudit(tx, { actor: undefined, action: 'test.done', subject, details: {} }))
    const kinds = 'select actor_kind from access.audit_log order by number'
    const rows = await database.query<{ actor_kind: string | null }>({ text: kinds })
    expect(rows.map(({ actor_kind: kind }) => kind)).toEqual(['person', 'client', 'key', 'service', null])
    const brokenAfter = async (kind: string | null, number: number) => {
      const change = 'update access.audit_log set actor_kind = $1 where number = $2'
      await database.query({ text: change, values: [kind, number] })
      return (await verifyAuditLog(database)).broken
    }
    // As a program wrote it that knew keys alone.
    expect(await brokenAfter(null, 3)).toEqual([])
    expect(await brokenAfter('client', 1)).toEqual([1])
    expect(await brokenAfter(null, 2)).toEqual([1, 2])
    await drop()
  })

  it('goes on from rows that an earlier program wrote, whose hash covers six fields', async () => {
    const { database, drop } = await createTestDatabase()
    const id = newUuid()
    const earlier = () =>
      database.query({
        text: `with last as (select number, hash from access.audit_log order by number desc limit 1),
          act as (select coalesce((select number from last), 0) + 1 as number, clock_timestamp() as recorded_at)
          insert into access.audit_log (number, recorded_at, actor, actor_kind, action, subject, details, hash)
          select number, recorded_at, $1::uuid, 'client', 'test.done', 'x', '{"a":"b"}',
            sha256(coalesce((select hash from last), '\\x') || convert_to(concat_ws(E'\\n', number,
              (extract(epoch from recorded_at) * 1000000)::bigint, 'client:' || $1::uuid, 'test.done', 'x', '{"a":"b"}'), 'UTF8'))
          from act`,
        values: [id],
      })
    const call = { name: 'desk', grant: 'scope admin', permission: 'a:b', address: '::1', requestId: 'req_1' }
    const act = { actor: { kind: 'key', id }, action: 'test.done', subject: 'x', book: 1, call } as const
    const now = () => database.transaction((tx) => appendAudit(tx, { ...act, before: { a: 1 }, after: { a: 2 } }))
    for (const append of [earlier, earlier, now, earlier, now]) await append()
    expect(await verifyAuditLog(database)).toEqual({ checked: 5, broken: [] })
    const emptied = 'book_id, actor_name, address, request_id, permission, authority, before, after'.split(', ')
    const set = emptied.map((column) => `${column} = null`).join(', ')
    await database.query({ text: `update access.audit_log set ${set} where number = 5` })
    expect((await verifyAuditLog(database)).broken).toEqual([5])
    await drop()
  })

  it('is valid without its dropped first months, even if the clock was set back past a month end', async () => {
    const { database, drop } = await createTestDatabase()
    await database.query({ text: 'create schema clocks' })
    await database.query({
      text: `create function clocks.clock_timestamp() returns timestamptz language sql
        as $$ select pg_catalog.clock_timestamp() + interval '70 days' $$`,
    })
    const onFault = (fault: unknown) => {
      throw fault
    }
    // The database may be a copy from before the last partitions.
    await createRetention({ database, tables: [auditTable(undefined)], onFault }).round()
    const act = (isAhead: boolean) =>
      database.transaction(async (tx) => {
        if (isAhead) await tx.query({ text: 'set local search_path = clocks, pg_catalog' })
        await appendAudit(tx, { actor: undefined, action: 'test.done', subject: 'x', details: {} })
      })
    for (const isAhead of [false, true, false]) await act(isAhead)
    expect(await verifyAuditLog(database)).toEqual({ checked: 3, broken: [] })
    const [first] = await database.query<{ partition: string; days_left: number }>({
      text: `select tableoid::regclass::text as partition,
          extract(day from date_trunc('month', recorded_at) + interval '1 month' - clock_timestamp())::int as days_left
        from access.audit_log where number = 1`,
    })
    // As if the month of the first act had ended long ago.
    const tables = [auditTable(-1 - (first?.days_left ?? 0))]
    const { dropped } = await createRetention({ database, tables, onFault }).round()
    expect(dropped).toContain(first?.partition)
    expect(await verifyAuditLog(database)).toEqual({ checked: 2, broken: [] })
    await act(false)
    expect(await verifyAuditLog(database)).toEqual({ checked: 3, broken: [] })
    await drop()
  })

  it('is read in pages that end before they are too large', async () => {
    const { database, drop } = await createTestDatabase()
    const filter = { book: undefined, withShared: true }
    const append = (letters: number) =>
      database.transaction((tx) =>
        appendAudit(tx, {
          actor: undefined,
          action: 'test.done',
          subject: 'x',
          details: {},
          after: { a: 'a'.repeat(letters) },
        }),
      )
    const sizes = [10, 300_000, 300_000, 10, 900_000, 10, 10]
    for (const letters of sizes) await append(letters)
    const pages: number[][] = []
    let cursor: number | undefined
    do {
      const { items, next } = await listActs(database, filter, { limit: 100, cursor })
      pages.push(items.map(({ number }) => number))
      cursor = next
    } while (cursor !== undefined)
    expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]])
    expect((await listActs(database, filter, { limit: 2, cursor: undefined })).items).toHaveLength(2)
    await drop()
  })
})
