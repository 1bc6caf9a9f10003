import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { feedStart, idOf, Munim, MunimError, type MunimEvent } from '@munim/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { untilInFeed } from './support/feed.ts'
import { type LosingServer, startLosingServer } from './support/losing-server.ts'
import { useTestGateways } from './support/test-gateway.ts'

let server: TestServer
let munim: Munim
let losing: LosingServer
const { startGateway } = useTestGateways()
beforeAll(async () => {
  server = await startTestServer()
  losing = await startLosingServer(server.url)
  munim = new Munim({ url: server.url, apiKey: server.adminKey })
  await munim.accounts.create({ code: 'bank', asset: 'USD', min_available: null })
  await munim.accounts.create({ code: 'wallet', asset: 'USD', metadata: { tier: 'gold & more' } })
})
afterAll(async () => {
  await losing.stop()
  await server.stop()
})

const pay = (amount: bigint, more: object = {}) => ({
  source: 'bank',
  destination: 'wallet',
  asset: 'USD',
  amount,
  ...more,
})

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}

describe('the SDK, against the server', () => {
  it('moves money with amounts as bigints, in any given form', async () => {
    const made = await munim.transfers.create(pay(1_234n))
    expect(made).toMatchObject({ amount: 1_234n, amount_posted: 1_234n, state: 'posted', source_code: 'bank' })
    await munim.transfers.create({ ...pay(1n), amount: 1 })
    await munim.transfers.create({ ...pay(1n), amount: '1' })
    expect(await munim.transfers.get(made.id)).toEqual(made)
    const account = await munim.accounts.get('wallet')
    expect(account).toMatchObject({ posted: 1_236n, available: 1_236n, min_available: 0n, max_balance: null })
  })

  it('throws refusals with their code', async () => {
    const refusal = munim.transfers.create({ ...pay(10_000_000n), source: 'wallet', destination: 'bank' })
    const error = await refusal.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MunimError)
    expect(error).toMatchObject({ code: 'insufficient_funds', requestId: expect.stringMatching(/^req_/) })
  })

  it('acts once for requests with the same idempotency key or id', async () => {
    const before = await munim.accounts.get('wallet')
    const idempotencyKey = randomUUID()
    const once = await munim.transfers.create(pay(5n), { idempotencyKey })
    expect(await munim.transfers.create(pay(5n), { idempotencyKey })).toEqual(once)
    const other = munim.transfers.create(pay(6n), { idempotencyKey })
    await expect(other).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    const id = idOf('trf', randomUUID())
    expect((await munim.transfers.create(pay(7n, { id }))).id).toBe(id)
    await munim.transfers.create(pay(7n, { id }))
    expect((await munim.accounts.get('wallet')).posted).toBe(before.posted + 12n)
  })

  it('answers batches by index, and an atomic one whole', async () => {
    const id = idOf('trf', randomUUID())
    const none = pay(1n, { source: 'nobody' })
    const batch = await munim.transfers.createBatch([pay(2n, { id }), none, pay(2n, { id })])
    expect(batch).toMatchObject({ booked: 1, refused: 1, replayed: 1 })
    expect(batch.results.map((result) => result.error?.code ?? result.transfer?.amount)).toEqual([
      2n,
      'account_not_found',
      2n,
    ])
    const atomic = munim.transfers.createBatch([pay(2n), none], { atomic: true })
    await expect(atomic).rejects.toMatchObject({
      code: 'group_refused',
      problem: { errors: expect.arrayContaining([expect.objectContaining({ index: 1, code: 'account_not_found' })]) },
    })
    const accounts = await munim.accounts.createBatch([
      { code: 'new', asset: 'USD' },
      { code: 'bank', asset: 'USD' },
    ])
    expect(accounts.map((result) => result.error?.code ?? result.account?.code)).toEqual(['new', 'account_code_taken'])
  })

  it('holds, posts a part and voids', async () => {
    const hold = await munim.transfers.create(pay(100n, { pending: true }))
    expect((await munim.accounts.get('wallet')).pending_in).toBe(100n)
    expect(await munim.transfers.post(hold.id, { amount: 40n })).toMatchObject({ state: 'posted', amount_posted: 40n })
    const other = await munim.transfers.create(pay(100n, { pending: true }))
    expect(await munim.transfers.void(other.id)).toMatchObject({ state: 'voided', amount_posted: 0n })
  })

  it('follows lists over their pages, with their filters', async () => {
    const accounts = Array.from({ length: 250 }, (_, n) => ({ code: `list:${n}`, asset: 'EUR' }))
    await munim.accounts.createBatch(accounts)
    const listed = await all(munim.accounts.list({ code_prefix: 'list:' }))
    expect(listed.map(({ code }) => code)).toEqual(accounts.map(({ code }) => code).reverse())
    expect(await all(munim.accounts.list({ metadata: { tier: 'gold & more' } }))).toHaveLength(1)
    expect((await munim.accounts.list({ asset: 'EUR', limit: 10 }).page()).data).toHaveLength(10)
    await munim.transfers.create(pay(3n, { reference: 'r/1 ?&', metadata: { 'a[b]': 'c=d' } }))
    expect(await all(munim.transfers.list({ reference: 'r/1 ?&' }))).toHaveLength(1)
    expect(await all(munim.transfers.list({ metadata: { 'a[b]': 'c=d' }, account: 'wallet' }))).toHaveLength(1)
  })

  it('reads past balances, entries, statements and the trial balance', async () => {
    const at = new Date()
    const before = await munim.accounts.balance('wallet')
    await munim.transfers.create(pay(50n))
    expect((await munim.accounts.balance('wallet', { at })).posted).toBe(before.posted)
    const entries = await all(munim.accounts.entries('wallet'))
    expect(entries[0]).toMatchObject({ amount: 50n, direction: 'in', posted: before.posted + 50n })
    const statement = munim.accounts.statement('wallet', { from: at })
    expect(await statement.summary()).toMatchObject({
      opening: before.posted,
      closing: before.posted + 50n,
      total_in: 50n,
    })
    expect(await all(statement)).toMatchObject([{ amount: 50n }])
    const { totals } = await munim.trialBalance({ asset: 'USD' }).totals()
    expect(totals).toEqual([{ asset: 'USD', debit: totals[0]?.credit, credit: totals[0]?.credit }])
    const rows = await all(munim.trialBalance({ asset: 'USD' }))
    expect(rows.find(({ code }) => code === 'wallet')).toMatchObject({ credit: before.posted + 50n, debit: 0n })
  })

  it('follows events from the beginning, and from now on', async () => {
    const seen: MunimEvent[] = []
    for await (const event of munim.events.follow({ after: feedStart, types: ['account.created'], pollMs: 20 })) {
      seen.push(event)
      if (seen.length === 2) break
    }
    expect(seen.map(({ data }) => 'code' in data && data.code)).toEqual(['bank', 'wallet'])
    await untilInFeed(munim, (await munim.transfers.create(pay(9n))).id)
    const ended = new AbortController()
    const following = munim.events.follow({ pollMs: 20 }, { signal: ended.signal })
    const next = following.next()
    // The feed starts at the newest event when the server is asked. So the test makes events until one arrives.
    const made: string[] = []
    for (let isTold = false; !isTold; ) {
      made.push((await munim.transfers.create(pay(9n))).id)
      isTold = await Promise.race([next.then(() => true), sleep(500, false)])
    }
    const reported = (await next).value as MunimEvent
    expect(reported).toMatchObject({ type: 'transfer.posted', data: { amount: 9n } })
    expect(made).toContain('id' in reported.data && reported.data.id)
    const waiting = all(following)
    setTimeout(() => ended.abort(new Error('enough')), 50)
    await expect(waiting).rejects.toThrow('enough')
  })

  it('manages books, assets and keys', async () => {
    const book = await munim.books.create({ code: 'other', name: 'Another book' })
    expect(await munim.books.get('other')).toEqual(book)
    expect((await all(munim.books.list())).map(({ code }) => code)).toEqual(['other', 'main'])
    const made = await munim.apiKeys.create({ book: 'other', scope: 'admin', name: 'test' })
    const other = new Munim({ url: server.url, apiKey: made.key })
    expect(await other.assets.create({ code: 'POINTS', scale: 0, name: 'Points' })).toMatchObject({ kind: 'custom' })
    expect(await all(other.assets.list({ kind: 'custom' }))).toHaveLength(1)
    expect((await munim.assets.get('JPY')).scale).toBe(0)
    const acting = new Munim({ url: server.url, apiKey: server.adminKey, book: 'other' })
    expect((await acting.assets.get('POINTS')).code).toBe('POINTS')
    await munim.apiKeys.revoke(made.id)
    await expect(other.accounts.get('x')).rejects.toMatchObject({ status: 401 })
    expect((await all(acting.apiKeys.list())).map(({ id }) => id)).toContain(made.id)
    const narrow = await acting.apiKeys.create({ permissions: ['ledger:read'], name: 'reports' })
    expect(narrow).toMatchObject({ scope: null, permissions: ['ledger:read'] })
    const reports = new Munim({ url: server.url, apiKey: narrow.key })
    expect((await reports.assets.get('POINTS')).code).toBe('POINTS')
    const denied = reports.payments.get('pay_01k0a2m4qcm3hv6a8r1s4t7w0z')
    await expect(denied).rejects.toMatchObject({ code: 'scope_insufficient', permission: 'payments:read' })
  })

  it('verifies the whole ledger', async () => {
    const checks = new Set<string>()
    const result = await munim.verification.run({ onProgress: ({ check }) => checks.add(check) })
    expect(result.ok).toBe(true)
    expect(checks.size).toBeGreaterThan(0)
  })
})

describe('a deadline that passes after the first attempt, whose answer was lost', () => {
  it.each(['the SDK', 'a gateway'])('%s gives the answer of what was done', async (what) => {
    const url = what === 'the SDK' ? losing.url : (await startGateway([losing.url])).url
    const client = new Munim({ url, apiKey: server.adminKey, retries: what === 'the SDK' ? 4 : 0 })
    const before = await munim.accounts.get('wallet')
    losing.answered.length = 0
    losing.loseNext({ 'munim-deadline': '0' })
    const made = await client.transfers.create(pay(11n), { beginWithinMs: 60_000 })
    expect([losing.answered, made.amount]).toEqual([[201, 201], 11n])
    expect((await munim.accounts.get('wallet')).posted).toBe(before.posted + 11n)
    expect(await munim.transfers.get(made.id)).toEqual(made)
  })

  it('and one of a batch, of which some is done, is not said to have done nothing', async () => {
    const client = new Munim({ url: losing.url, apiKey: server.adminKey })
    const before = await munim.accounts.get('wallet')
    losing.loseNext({ 'munim-deadline': '0' })
    const batch = client.transfers.createBatch([pay(3n), pay(4n)], {}, { beginWithinMs: 60_000 })
    const outcome = await batch.then(
      ({ results }) => results.length,
      (error: Error) => error.name,
    )
    expect([2, 'MunimConnectionError']).toContain(outcome)
    expect((await munim.accounts.get('wallet')).posted).toBe(before.posted + 7n)
  })
})

describe('an OAuth client', () => {
  it('acts with tokens that the SDK takes, until it is revoked', async () => {
    const made = await munim.oauthClients.create({ name: 'shop', permissions: ['ledger:write', 'ledger:read'] })
    const client = (clientSecret = made.client_secret ?? '') =>
      new Munim({ url: server.url, clientId: made.id, clientSecret })
    const acting = client()
    expect((await acting.transfers.create(pay(1n))).amount).toBe(1n)
    const rotated = await munim.oauthClients.rotateSecret(made.id)
    expect((await client(rotated.client_secret ?? '').accounts.get('wallet')).code).toBe('wallet')
    await expect(client().accounts.get('wallet')).rejects.toMatchObject({ status: 401, code: 'invalid_client' })
    await munim.oauthKeys.rotate({ drop_earlier: true })
    // Its token is refused, and its secret by now as well.
    await expect(acting.accounts.get('wallet')).rejects.toMatchObject({ code: 'invalid_client' })
    const renewing = client(rotated.client_secret ?? '')
    await renewing.accounts.get('wallet')
    await munim.oauthClients.update(made.id, { permissions: ['ledger:read'] })
    expect((await renewing.accounts.get('wallet')).code).toBe('wallet')
    await expect(renewing.transfers.create(pay(1n))).rejects.toMatchObject({ code: 'scope_insufficient' })
    await munim.oauthClients.revoke(made.id)
    await expect(renewing.accounts.get('wallet')).rejects.toMatchObject({ code: 'invalid_client' })
    expect((await all(munim.oauthClients.list())).map(({ id }) => id)).toContain(made.id)
  })
})
