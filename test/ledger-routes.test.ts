import { expect, test } from 'vitest'
import { encodeId, idPrefix, minorMax } from '#kernel'
import { newUuid } from '#platform/ids'
import { useServedBooks } from '#testing'

// Every answer here is also checked against the committed contract.

const { request, openAccount, openFunded, move } = useServedBooks()

test('an account is opened with its defaults, and read by its code and by its id', async () => {
  const account = await openAccount('customers:1:wallet', { metadata: { tier: 'gold' } })
  expect(account).toMatchObject({
    code: 'customers:1:wallet',
    asset: 'USD',
    state: 'open',
    min_available: '0',
    max_balance: null,
    posted: '0',
    pending: '0',
    pending_in: '0',
    available: '0',
    metadata: { tier: 'gold' },
  })
  expect((await request('GET', '/v1/accounts/customers:1:wallet')).body).toEqual(account)
  expect((await request('GET', `/v1/accounts/${account.id}`)).body).toEqual(account)
})

test('a client-given account id opens one account: the same content again is 200, other content 409', async () => {
  const body = { id: encodeId(idPrefix.account, newUuid()), code: 'given:1', asset: 'USD', min_available: '-500' }
  const first = await request('POST', '/v1/accounts', { body })
  const again = await request('POST', '/v1/accounts', { body: { ...body, min_available: -500 } })
  const other = await request('POST', '/v1/accounts', { body: { ...body, min_available: 0 } })
  expect([first.status, again.status, other.status]).toEqual([201, 200, 409])
  expect(again.body).toEqual(first.body)
  expect(other.body).toMatchObject({ code: 'id_already_used', param: 'min_available' })
})

test('a batch of accounts answers each at its index', async () => {
  const accounts = [
    { code: 'batch:1', asset: 'USD' },
    { code: 'batch:1', asset: 'USD' },
    { code: 'batch:2', asset: 'NOPE' },
    { code: 'batch:3', asset: 'EUR', min_available: 5, max_balance: 4 },
  ]
  const { status, body } = await request('POST', '/v1/accounts/batch', { body: { accounts } })
  expect(status).toBe(200)
  expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 409, 404, 422])
  expect(body.results[0].account.code).toBe('batch:1')
  expect(body.results[1].error).toMatchObject({ code: 'account_code_taken', param: 'code' })
})

test('a code shaped like an account id is refused, in a batch with the path to it', async () => {
  const code = encodeId(idPrefix.account, newUuid())
  const { status, body } = await request('POST', '/v1/accounts/batch', { body: { accounts: [{ code, asset: 'USD' }] } })
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'validation_failed', param: 'accounts.0.code' })
})

test('limits and metadata are changed, null lifts a limit, and an old version is refused', async () => {
  const before = await openAccount('change:1')
  const change = { min_available: null, max_balance: '1000', metadata: { a: 'b' }, version: before.version }
  const changed = await request('PATCH', '/v1/accounts/change:1', { body: change })
  expect(changed.status).toBe(200)
  expect(changed.body).toMatchObject({ min_available: null, max_balance: '1000', metadata: { a: 'b' } })
  const stale = await request('PATCH', '/v1/accounts/change:1', {
    body: { max_balance: null, version: before.version },
  })
  expect(stale.status).toBe(422)
  expect(stale.body).toMatchObject({ code: 'condition_not_met', param: 'version' })
  expect((await request('PATCH', '/v1/accounts/change:1', { body: {} })).status).toBe(400)
})

test('a frozen account takes part in no transfer until it is unfrozen; a closed one never again', async () => {
  const code = await openFunded(100)
  expect((await request('POST', `/v1/accounts/${code}/freeze`, { body: {} })).body.state).toBe('frozen')
  expect((await move(code, 'world', 1)).body).toMatchObject({ code: 'account_frozen', param: 'source' })
  expect((await request('POST', `/v1/accounts/${code}/unfreeze`)).body.state).toBe('open')
  expect((await request('POST', `/v1/accounts/${code}/unfreeze`)).body.code).toBe('account_not_frozen')
  expect((await request('POST', `/v1/accounts/${code}/close`)).body.code).toBe('account_not_empty')
  expect((await move(code, 'world', 100)).status).toBe(201)
  expect((await request('POST', `/v1/accounts/${code}/close`)).body.state).toBe('closed')
  expect((await move('world', code, 1)).body).toMatchObject({ code: 'account_closed', param: 'destination' })
})

test('a transfer moves money between accounts named by code or id, and every field comes back', async () => {
  const code = await openFunded(0)
  const { id } = (await request('GET', `/v1/accounts/${code}`)).body
  const { status, body } = await move('world', id, '250', {
    reference: 'invoice "7"',
    metadata: { order: '7', näme: '✓' },
    effective_at: '2026-01-31T09:30:00.123456Z',
  })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    source_code: 'world',
    destination: id,
    destination_code: code,
    amount: '250',
    amount_posted: '250',
    asset: 'USD',
    state: 'posted',
    pending: false,
    reference: 'invoice "7"',
    effective_at: '2026-01-31T09:30:00.123456Z',
    expires_at: null,
    resolved_at: null,
    metadata: { order: '7', näme: '✓' },
  })
  expect((await request('GET', `/v1/transfers/${body.id}`)).body).toEqual(body)
})

test('a transfer with a client-given id is booked once, and a refused one stays refused', async () => {
  const code = await openFunded(0)
  const id = encodeId(idPrefix.transfer, newUuid())
  expect((await move(code, 'world', 10, { id })).body.code).toBe('insufficient_funds')
  expect((await move('world', code, 10)).status).toBe(201)
  expect((await move(code, 'world', 10, { id })).body.code).toBe('insufficient_funds')
  expect((await move(code, 'world', 11, { id })).body).toMatchObject({ code: 'id_already_used', param: 'amount' })
  const other = encodeId(idPrefix.transfer, newUuid())
  const first = await move(code, 'world', 10, { id: other })
  const again = await move(code, 'world', '10', { id: other })
  expect([first.status, again.status]).toEqual([201, 200])
  expect(again.body).toEqual(first.body)
})

test('a request under an Idempotency-Key has one effect, and its refusal is kept too', async () => {
  const code = await openFunded(100)
  const body = { source: code, destination: 'world', amount: 60, asset: 'USD' }
  const headers = { 'idempotency-key': `once ${code}` }
  const first = await request('POST', '/v1/transfers', { body, headers })
  const again = await request('POST', '/v1/transfers', { body, headers })
  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const other = await request('POST', '/v1/transfers', { body: { ...body, amount: 61 }, headers })
  expect(other.body.code).toBe('idempotency_key_reused')
  expect((await request('GET', `/v1/accounts/${code}`)).body.posted).toBe('40')

  const refusedHeaders = { 'idempotency-key': `refused ${code}` }
  const refused = await request('POST', '/v1/transfers', { body, headers: refusedHeaders })
  expect(refused.body.code).toBe('insufficient_funds')
  await move('world', code, 1000)
  expect((await request('POST', '/v1/transfers', { body, headers: refusedHeaders })).body).toEqual(refused.body)
})

test('a large batch under an Idempotency-Key is done in slices, once, and answered as a whole', async () => {
  const code = await openFunded(0)
  const headers = { 'idempotency-key': `large ${code}` }
  const send = (transfers: readonly object[]) =>
    request('POST', '/v1/transfers/batch', { body: { transfers }, headers })
  const transfers = Array.from({ length: 2_500 }, (_, index) => ({
    ...{ source: 'world', destination: code, amount: 1, asset: 'USD', reference: `${code} ${index}` },
  }))
  const wrong = await send(transfers.with(2_400, { ...(transfers[0] as (typeof transfers)[0]), amount: -1 }))
  expect([wrong.status, wrong.body.param]).toEqual([400, 'transfers.2400.amount'])
  const first = await send(transfers.with(1_700, transfers[200] as (typeof transfers)[0]))
  expect(first.body).toMatchObject({ booked: 2_499, replayed: 0, refused: 1 })
  const places = first.body.results.map(({ transfer }: { transfer?: { reference: string } }) => transfer?.reference)
  expect(places).toEqual(transfers.map(({ reference }, index) => (index === 1_700 ? undefined : reference)))
  const again = await send(transfers.with(1_700, transfers[200] as (typeof transfers)[0]))
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect((await send(transfers)).body.code).toBe('idempotency_key_reused')
  expect((await request('GET', `/v1/accounts/${code}`)).body.posted).toBe('2499')
})

test('a large batch of accounts under an Idempotency-Key is opened in slices, once', async () => {
  const accounts = Array.from({ length: 1_500 }, (_, index) => ({ code: `large:${index % 1_499}`, asset: 'USD' }))
  const options = { body: { accounts }, headers: { 'idempotency-key': 'large accounts' } }
  const first = await request('POST', '/v1/accounts/batch', options)
  const statuses = first.body.results.map(({ status }: { status: number }) => status)
  expect(statuses).toEqual(accounts.map((_, index) => (index === 1_499 ? 409 : 201)))
  const again = await request('POST', '/v1/accounts/batch', options)
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('a batch without ids under an Idempotency-Key books once', async () => {
  const code = await openFunded(0)
  const transfers = Array.from({ length: 20 }, () => ({ source: 'world', destination: code, amount: 1, asset: 'USD' }))
  const options = { body: { transfers }, headers: { 'idempotency-key': `batch ${code}` } }
  const first = await request('POST', '/v1/transfers/batch', options)
  expect(first.body).toMatchObject({ booked: 20, replayed: 0, refused: 0 })
  expect((await request('POST', '/v1/transfers/batch', options)).body).toEqual(first.body)
  expect((await request('GET', `/v1/accounts/${code}`)).body.posted).toBe('20')
})

test('a batch keeps its order and answers each at its index', async () => {
  const code = await openFunded(0)
  const id = encodeId(idPrefix.transfer, newUuid())
  const transfers = [
    { source: code, destination: 'world', amount: 5, asset: 'USD' },
    { id, source: 'world', destination: code, amount: 5, asset: 'USD' },
    { source: code, destination: 'world', amount: 5, asset: 'USD' },
    { id, source: 'world', destination: code, amount: 5, asset: 'USD' },
    { source: 'nobody', destination: code, amount: 5, asset: 'USD' },
  ]
  const { body } = await request('POST', '/v1/transfers/batch', { body: { transfers } })
  expect(body).toMatchObject({ booked: 2, replayed: 1, refused: 2 })
  expect(body.results.map((result: { status: number }) => result.status)).toEqual([422, 201, 201, 200, 404])
  expect(body.results[4].error).toMatchObject({ code: 'account_not_found', param: 'source' })
})

test('an atomic batch with a refusal books nothing and says why', async () => {
  const code = await openFunded(0)
  const transfers = [
    { source: 'world', destination: code, amount: 5, asset: 'USD' },
    { source: code, destination: 'world', amount: 6, asset: 'USD' },
  ]
  const { status, body } = await request('POST', '/v1/transfers/batch', { body: { transfers, atomic: true } })
  expect(status).toBe(422)
  expect(body).toMatchObject({
    code: 'group_refused',
    errors: [{ index: 1, code: 'insufficient_funds', param: 'amount' }],
  })
  expect((await request('GET', `/v1/accounts/${code}`)).body.posted).toBe('0')
})

test('a dry run answers with the result, and has no effect', async () => {
  const code = await openFunded(50)
  const would = await move(code, 'world', 20, { dry_run: true })
  expect(would.status).toBe(200)
  expect(would.body).toMatchObject({ state: 'posted', amount: '20' })
  expect((await move(code, 'world', 51, { dry_run: true })).body.code).toBe('insufficient_funds')
  const transfers = [{ source: code, destination: 'world', amount: 50, asset: 'USD' }]
  const batch = await request('POST', '/v1/transfers/batch', { body: { transfers, dry_run: true } })
  expect(batch.body).toMatchObject({ booked: 1, results: [{ status: 200 }] })
  expect((await request('GET', `/v1/accounts/${code}`)).body.posted).toBe('50')
})

test('a hold is posted in part, and then neither posted nor voided again', async () => {
  const code = await openFunded(100)
  const held = (await move(code, 'world', 80, { pending: true, expires_at: '2199-01-01T00:00:00Z' })).body
  expect(held).toMatchObject({ state: 'pending', pending: true, amount_posted: '0', resolved_at: null })
  expect((await request('GET', `/v1/accounts/${code}`)).body).toMatchObject({
    posted: '100',
    pending: '80',
    available: '20',
  })
  const tooMuch = await request('POST', `/v1/transfers/${held.id}/post`, { body: { amount: 81 } })
  expect(tooMuch.body).toMatchObject({ code: 'amount_exceeds_hold', param: 'amount' })
  const posted = await request('POST', `/v1/transfers/${held.id}/post`, { body: { amount: '30' } })
  expect(posted.body).toMatchObject({ state: 'posted', amount: '80', amount_posted: '30' })
  expect(posted.body.resolved_at).not.toBeNull()
  expect((await request('POST', `/v1/transfers/${held.id}/post`)).body.code).toBe('transfer_already_posted')
  expect((await request('POST', `/v1/transfers/${held.id}/void`)).body.code).toBe('transfer_already_posted')
  expect((await request('GET', `/v1/accounts/${code}`)).body).toMatchObject({ posted: '70', pending: '0' })
})

test('a voided hold releases its money; an unknown transfer is not found', async () => {
  const code = await openFunded(100)
  const held = (await move(code, 'world', 80, { pending: true })).body
  expect((await request('POST', `/v1/transfers/${held.id}/void`, { body: {} })).body.state).toBe('voided')
  expect((await request('POST', `/v1/transfers/${held.id}/void`)).body.code).toBe('transfer_already_voided')
  const nothing = encodeId(idPrefix.transfer, newUuid())
  expect((await request('POST', `/v1/transfers/${nothing}/void`)).status).toBe(404)
  expect((await request('GET', `/v1/transfers/${nothing}`)).body.code).toBe('transfer_not_found')
})

test('conditions and balancing reach the ledger', async () => {
  const code = await openFunded(70)
  const unmet = await move(code, 'world', 1, { conditions: { source: { posted_min: '71' } } })
  expect(unmet.body).toMatchObject({ code: 'condition_not_met', param: 'conditions.source.posted_min' })
  const met = { source: { version: 1, posted_max: 70, available_min: 70, available_max: '70' }, destination: {} }
  const emptied = await move(code, 'world', 1_000_000, { balancing: 'source', conditions: met })
  expect(emptied.body).toMatchObject({ amount: '70' })
  expect((await move(code, 'world', 5, { balancing: 'source' })).body.code).toBe('nothing_to_move')
})

test.each([
  ['amount', minorMax.toString().replace(/7$/, '8')],
  ['amount', '0'],
  ['amount', '007'],
  ['amount', -1],
  ['amount', 1.5],
  ['amount', Number.MAX_SAFE_INTEGER + 1],
  ['effective_at', '2026-02-30T00:00:00Z'],
  ['effective_at', '0001-01-01T00:00:00Z'],
  ['expires_at', '2199-01-01T00:00:00Z'],
  ['reference', ''],
  ['metadata', { '': 'x' }],
  ['balancing', 'both'],
  ['color', 'red'],
])('a transfer whose %s is %j is refused with the field named', async (field, value) => {
  const body = { source: 'world', destination: 'elsewhere', amount: 1, asset: 'USD', [field]: value }
  const single = await request('POST', '/v1/transfers', { body })
  expect([single.status, single.body.code, single.body.param?.split('.')[0]]).toEqual([400, 'validation_failed', field])
  const batch = await request('POST', '/v1/transfers/batch', { body: { transfers: [body] } })
  expect(batch.body.param).toMatch(new RegExp(`^transfers\\.0\\.${field}`))
})

test('the largest amount the books hold goes through and comes back exactly', async () => {
  const [from, to] = ['huge:from', 'huge:to']
  await openAccount(from, { min_available: `-${minorMax}` })
  await openAccount(to)
  expect((await move(from, to, minorMax.toString())).body.amount).toBe(minorMax.toString())
  expect((await move(from, to, 1)).body.code).toBe('insufficient_funds')
  expect((await request('GET', `/v1/accounts/${from}`)).body.available).toBe(`-${minorMax}`)
})
