import { beforeEach, expect, it } from 'vitest'
import { patience, verifyAll } from '#testing'
import { useSwitchingProgram } from './support/switching-program.ts'

// Clients repeat requests of a lost server, and find other rows than it had. The rail does each once, and the books agree.

const program = useSwitchingProgram(['card', 'other'])
const { servers, database, send, net, openCases, control } = program
const ask = async (...request: Parameters<typeof send>) => (await program.ask(...request)).body
const posted = async (code: string) => Number((await program.posted(code)) ?? 0)
const soon = { timeout: patience(30_000) }

beforeEach(async () => {
  await ask('POST', '/v1/accounts', { code: 'shop', asset: 'USD' })
})

const stateOf = async (path: string) => (await ask('GET', path)).state

const netOfRail = async () => (await net()).reduce((sum, [taken, out]) => sum + Number(taken) - Number(out), 0)
const netOfBooks = async () => -(await posted('rails:card:clearing:USD')) - (await posted('rails:other:clearing:USD'))

const source = { rail: 'card', instrument: 'card_ok' }
const sold = { asset: 'USD', source, destination: 'shop' }

async function ended(path: string, body: object, name: string): Promise<string> {
  const { id } = await ask('POST', path, body, name)
  await expect.poll(() => stateOf(`${path}/${id}`), soon).toMatch(/succeeded|confirmed|failed|review/)
  return id
}

it(
  'what a request does not name may be another amount, price or instrument when it is repeated',
  async () => {
    await ask('POST', '/v1/items', { code: 'mug', name: 'Mug', asset: 'USD', price: 300, stock: 5 })
    const paid = await ended('/v1/payments', { ...sold, amount: 100 }, 'paid')
    const { id: held } = await ask('POST', '/v1/payments', { ...sold, amount: 300, capture: 'manual' }, 'held')
    await expect.poll(() => stateOf(`/v1/payments/${held}`), soon).toBe('authorized')
    await servers().copy()
    const capture = async (amount: number, captured: string) => {
      await ask('POST', `/v1/payments/${held}/capture`, { amount, final: false }, `capture ${amount}`)
      const now = async () => (await ask('GET', `/v1/payments/${held}`)).amount_captured
      await expect.poll(now, soon).toBe(captured)
    }
    const refundAll = () => ended('/v1/refunds', { payment: held }, 'all')
    const refund = () => ended('/v1/refunds', { payment: paid, amount: 40 }, 'refund')
    const order = () =>
      ask('POST', '/v1/orders', { lines: [{ item: 'mug', quantity: 1 }], destination: 'shop', source }, 'order')
    await capture(80, '80')
    await refundAll()
    await capture(120, '200')
    await refund()
    const { id: first } = await order()
    await expect.poll(() => stateOf(`/v1/orders/${first}`), soon).toBe('confirmed')
    expect(await netOfRail()).toBe(480)
    await servers().switchToCopy()
    await capture(120, '120')
    expect(await stateOf(`/v1/refunds/${await refundAll()}`)).toBe('requires_review')
    await capture(80, '200')
    await ask('PATCH', '/v1/items/mug', { price: 350 })
    expect((await order()).amount).toBe('350')
    const { id: erasure } = await ask('POST', '/v1/erasures', { payment: paid })
    await expect.poll(() => stateOf(`/v1/erasures/${erasure}`), soon).toBe('done')
    expect(await stateOf(`/v1/refunds/${await refund()}`)).toBe('succeeded')
    await expect.poll(openCases, soon).toEqual(['wrong_amount', 'wrong_amount'])
    expect([await netOfRail(), await netOfBooks()]).toEqual([480, 480])
    expect([await posted('shop'), await posted('suspense:USD')]).toEqual([180, 300])
    expect(await verifyAll(database())).toEqual([])
  },
  patience(200_000),
)

it(
  'a retry has the same ids when it is repeated, and what is refused, missing or canceled then is asked for or waited for',
  async () => {
    const away = (ms: number) => control('outage', { rail: 'card', ms })
    const honorless = { rail: 'card', instrument: 'card_do_not_honor' }
    const failed = await ended('/v1/payments', { ...sold, source: honorless, amount: 50 }, 'failed')
    const retry = () => send('POST', `/v1/payments/${failed}/retry`, { instrument: 'card_ok' }, 'refused')
    const item = () =>
      ask('POST', '/v1/items', { code: 'mug', name: 'Mug', asset: 'USD', price: 300, stock: 5 }, 'item')
    const order = () =>
      send('POST', '/v1/orders', { lines: [{ item: 'mug', quantity: 1 }], destination: 'shop', source }, 'order')
    const ordered = async () => {
      const { status, body } = await order()
      expect(status, JSON.stringify(body)).toBe(201)
      await expect.poll(() => stateOf(`/v1/orders/${body.id}`), soon).toBe('confirmed')
    }
    await away(600_000)
    const { id: waiting } = await ask('POST', '/v1/payments', { ...sold, amount: 70 }, 'waiting')
    const notes = async () => JSON.stringify(await ask('GET', `/v1/payments/${waiting}/timeline`))
    await expect.poll(notes, soon).toMatch(/waits for it/)
    await servers().copy()
    await away(0)
    await expect.poll(() => stateOf(`/v1/payments/${waiting}`), soon).toBe('succeeded')
    const all = async () => {
      const declined = { rail: 'card', instrument: 'card_not_permitted', other_rails: ['other'] }
      const id = await ended('/v1/payments', { ...sold, source: declined, amount: 100 }, 'declined')
      await ask('POST', `/v1/payments/${id}/retry`, { instrument: 'card_ok' }, 'again')
      await expect.poll(() => stateOf(`/v1/payments/${id}`), soon).toBe('succeeded')
    }
    await all()
    expect((await retry()).status).toBe(200)
    await expect.poll(() => stateOf(`/v1/payments/${failed}`), soon).toBe('succeeded')
    await item()
    await ordered()
    expect(await netOfRail()).toBe(520)
    await away(600_000)
    await servers().switchToCopy()
    await ask('POST', `/v1/payments/${waiting}/cancel`, {}, 'cancel')
    await expect.poll(() => stateOf(`/v1/payments/${waiting}`), soon).toBe('canceled')
    await away(0)
    await ask('POST', '/v1/accounts/shop/freeze', {})
    expect((await retry()).body.code).toBe('account_frozen')
    await ask('POST', '/v1/accounts/shop/unfreeze', {})
    expect((await order()).status).toBe(503)
    await item()
    await ordered()
    await all()
    await expect.poll(netOfRail, soon).toBe(400)
    await expect.poll(netOfBooks, soon).toBe(400)
    expect([await posted('shop'), await posted('suspense:USD'), await openCases()]).toEqual([400, 0, []])
    expect(await verifyAll(database())).toEqual([])
  },
  patience(200_000),
)
