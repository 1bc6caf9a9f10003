import { expect, test, vi } from 'vitest'
import { decodeId, encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import { patience, useServedBooks } from '#testing'

// Every answer here is also checked against the committed contract.

const { server, request, openAccount, openFunded, move } = useServedBooks()

test('transfers are listed newest first, page by page, by account, reference, state and metadata', async () => {
  const code = await openFunded(0)
  const ids: string[] = []
  for (let at = 0; at < 5; at += 1) {
    const also = { reference: `${code}/${at}`, metadata: { parity: at % 2 === 0 ? 'even' : 'odd', run: code } }
    ids.unshift((await move('world', code, 1, also)).body.id)
  }
  const seen: string[] = []
  let cursor = ''
  do {
    const { body } = await request('GET', `/v1/transfers?account=${code}&limit=2${cursor}`)
    seen.push(...body.data.map((transfer: { id: string }) => transfer.id))
    cursor = body.has_more ? `&cursor=${body.next_cursor}` : ''
  } while (cursor !== '')
  expect(seen).toEqual(ids)
  const list = async (query: string) =>
    (await request('GET', `/v1/transfers?${query}`)).body.data.map((transfer: { id: string }) => transfer.id)
  expect(await list(`reference=${encodeURIComponent(`${code}/3`)}`)).toEqual([ids[1]])
  expect(await list(`metadata[run]=${code}&metadata[parity]=odd`)).toEqual([ids[1], ids[3]])
  expect(await list(`source=${code}`)).toEqual([])
  expect(await list(`destination=${code}&state=posted&limit=1`)).toEqual([ids[0]])
  expect(await list(`destination=${code}&recorded_to=2026-01-01T00:00:00Z`)).toEqual([])
})

test('accounts are listed by prefix, asset, state and metadata', async () => {
  await openAccount('listed:a', { metadata: { list: 'yes' } })
  await openAccount('listed:b', { asset: 'JPY' })
  await request('POST', '/v1/accounts/listed:b/freeze')
  const list = async (query: string) =>
    (await request('GET', `/v1/accounts?${query}`)).body.data.map((account: { code: string }) => account.code)
  expect(await list('code_prefix=listed:')).toEqual(['listed:b', 'listed:a'])
  expect(await list('code_prefix=listed:&state=frozen')).toEqual(['listed:b'])
  expect(await list('code_prefix=listed:&asset=USD')).toEqual(['listed:a'])
  expect(await list('metadata[list]=yes')).toEqual(['listed:a'])
})

test('a tampered cursor is refused by every list', async () => {
  const code = await openFunded(1)
  const paths = [
    'transfers',
    'accounts',
    'assets',
    'events',
    'trial-balance',
    `accounts/${code}/entries`,
    `accounts/${code}/statement`,
  ]
  for (const path of paths) {
    for (const text of ['{}', '["x",1,2]', '[1.5]', 'null', '[["a"]]']) {
      const cursor = Buffer.from(text).toString('base64url')
      const { status, body } = await request('GET', `/v1/${path}?cursor=${cursor}`)
      expect([path, text, status, body.code, body.param]).toEqual([path, text, 400, 'validation_failed', 'cursor'])
    }
  }
})

test('entries, balance and statement of an account agree', async () => {
  const code = await openFunded(100)
  const held = (await move(code, 'world', 40, { pending: true })).body
  await request('POST', `/v1/transfers/${held.id}/post`, { body: { amount: 25 } })
  const entries = (await request('GET', `/v1/accounts/${code}/entries`)).body.data
  expect(
    entries.map(({ kind, direction, amount, pending_change, available }: Record<string, string>) => [
      kind,
      direction,
      amount,
      pending_change,
      available,
    ]),
  ).toEqual([
    ['settled', 'out', '25', '-40', '75'],
    ['held', 'out', '0', '40', '60'],
    ['posted', 'in', '100', '0', '100'],
  ])
  const statement = (await request('GET', `/v1/accounts/${code}/statement?limit=1`)).body
  expect(statement).toMatchObject({ by: 'recorded', opening: '0', closing: '75', total_in: '100', total_out: '25' })
  expect(statement.data[0]).toEqual(entries[2])
  const rest = (await request('GET', `/v1/accounts/${code}/statement?limit=1&cursor=${statement.next_cursor}`)).body
  expect(rest.data[0]).toEqual(entries[0])
  const balance = (await request('GET', `/v1/accounts/${code}/balance`)).body
  expect(balance).toMatchObject({ posted: '75', available: '75', at: null })
  const earlier = await request('GET', `/v1/accounts/${code}/balance?at=${entries[1].recorded_at}`)
  expect(earlier.body).toMatchObject({ posted: '100', pending: '40', at: entries[1].recorded_at })
  expect((await request('GET', '/v1/accounts/nobody/balance')).body.code).toBe('account_not_found')
})

test('a backdated transfer counts in the balance by effective time', async () => {
  const code = await openFunded(0)
  await move('world', code, 10, { effective_at: '2026-01-01T00:00:00Z' })
  const at = '2026-01-02T00:00:00Z'
  expect((await request('GET', `/v1/accounts/${code}/balance?at=${at}`)).body.posted).toBe('0')
  expect((await request('GET', `/v1/accounts/${code}/balance?at=${at}&by=effective`)).body.posted).toBe('10')
  const statement = await request('GET', `/v1/accounts/${code}/statement?to=${at}&by=effective`)
  expect(statement.body).toMatchObject({ closing: '10', total_in: '10', to: '2026-01-02T00:00:00.000000Z' })
})

test('assets are the currencies of ISO 4217 and the custom ones of the book', async () => {
  const body = { code: 'XAU-MG', scale: 0, name: 'Gold, milligrams' }
  expect((await request('POST', '/v1/assets', { body })).status).toBe(201)
  expect((await request('POST', '/v1/assets', { body })).status).toBe(200)
  expect((await request('POST', '/v1/assets', { body: { ...body, scale: 3 } })).body.code).toBe('asset_code_taken')
  expect((await request('POST', '/v1/assets', { body: { ...body, code: 'USD' } })).body.code).toBe('asset_code_taken')
  expect((await request('GET', '/v1/assets/XAU-MG')).body).toEqual({ ...body, kind: 'custom' })
  expect((await request('GET', '/v1/assets/JPY')).body).toMatchObject({ scale: 0, kind: 'iso4217' })
  expect((await request('GET', '/v1/assets/NONE')).status).toBe(404)
  const first = (await request('GET', '/v1/assets?limit=100')).body
  const second = (await request('GET', `/v1/assets?limit=100&cursor=${first.next_cursor}`)).body
  const codes = [...first.data, ...second.data].map((asset: { code: string }) => asset.code)
  expect(codes).toEqual([...new Set(codes)].sort())
  expect(codes).toContain('XAU-MG')
  expect((await request('GET', '/v1/assets?kind=custom')).body.data).toHaveLength(1)
})

test('events are read forward from one and newest first, and carry the whole object', async () => {
  // The feed may be a moment behind the answers.
  const { body: marker } = await request('POST', '/v1/accounts', { body: { code: 'marker', asset: 'USD' } })
  const newest = await vi.waitFor(async () => {
    const event = (await request('GET', '/v1/events?limit=1')).body.data[0]
    expect(event?.data.id).toBe(marker.id)
    return event
  }, patience(10_000))
  const code = await openFunded(5)
  // Events appear once every earlier transaction has ended, including those of other tests on the server.
  const forward = await vi.waitFor(async () => {
    const page = (await request('GET', `/v1/events?after=${newest.id}`)).body
    expect(page.data.map((event: { type: string }) => event.type)).toEqual(['account.created', 'transfer.posted'])
    return page
  }, patience(10_000))
  expect(forward.data[0].data.code).toBe(code)
  expect(forward.data[1].data).toMatchObject({ destination_code: code, amount: '5' })
  const back = (await request('GET', '/v1/events?limit=1')).body
  expect(back.data[0]).toEqual(forward.data[1])
  const older = (await request('GET', `/v1/events?limit=1&cursor=${back.next_cursor}`)).body
  expect(older.data[0]).toEqual(forward.data[0])
  const typed = (await request('GET', `/v1/events?after=${newest.id}&types=transfer.posted`)).body
  expect(typed.data).toHaveLength(1)
  expect((await request('GET', '/v1/events?types=transfer.lost')).body.param).toBe('types')
  expect((await request('GET', `/v1/events?after=${encodeId(idPrefix.event, newUuid())}`)).body.param).toBe('after')
})

test('a key may act within its scope and see its own book only', async () => {
  const readKey = await server().createKey('read')
  expect((await request('GET', '/v1/accounts/world', { key: readKey })).status).toBe(200)
  const denied = await request('POST', '/v1/accounts', { key: readKey, body: { code: 'no', asset: 'USD' } })
  expect(denied.body.code).toBe('scope_insufficient')
  await request('POST', '/v1/books', { body: { code: 'other' } })
  const otherKey = await server().createKey('write', 'other')
  expect((await request('GET', '/v1/accounts/world', { key: otherKey })).status).toBe(404)
  const elsewhere = await request('GET', '/v1/accounts', { headers: { 'munim-book': 'other' } })
  expect(elsewhere.body.data).toEqual([])
  const transfer = (await move('world', await openFunded(0), 1)).body
  expect((await request('GET', `/v1/transfers/${transfer.id}`, { key: otherKey })).status).toBe(404)
  expect(decodeId(idPrefix.transfer, transfer.id)).toBeDefined()
})

test('the trial balance has equal columns, over the whole book and page by page', async () => {
  await openFunded(12)
  const { body } = await request('GET', '/v1/trial-balance?limit=2&asset=USD')
  expect(body.totals).toHaveLength(1)
  expect(body.totals[0].debit).toBe(body.totals[0].credit)
  expect(BigInt(body.totals[0].credit)).toBeGreaterThan(12n)
  const second = (await request('GET', `/v1/trial-balance?limit=2&asset=USD&cursor=${body.next_cursor}`)).body
  const codes = [...body.data, ...second.data].map((row: { code: string }) => row.code)
  expect(new Set(codes).size).toBe(4)
})

test('the verification answers line by line and ends with its result; it needs an admin key', async () => {
  const headers = { authorization: `Bearer ${server().adminKey}` }
  const response = await fetch(`${server().url}/v1/verification`, { headers })
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { result } = lines.at(-1)
  expect(result).toMatchObject({ ok: true })
  const names = result.checks.map((check: { name: string }) => check.name)
  expect(names).toEqual(expect.arrayContaining(['conserved', 'once', 'bounded', 'block_chain', 'audit_log']))
  const key = await server().createKey('write')
  expect((await request('GET', '/v1/verification', { key })).body.code).toBe('scope_insufficient')
})
