import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, share, startTestPayments, type TestPayments, type WatchedControls, watchControls } from '#testing'
import type { Payment } from '../../payment.ts'
import { createFreshPayments } from './fresh-payments.ts'
import type { QueuedInput } from './queued-input.ts'

const payment = (id = newUuid()) => ({ id }) as Payment
const start = ({ id }: Payment): QueuedInput => ({ book: 1, kind: 'payment', id, root: id, input: { kind: 'start' } })

describe('fresh payments', () => {
  it('are taken once, by the input that begins them', () => {
    const fresh = createFreshPayments()
    const [one, other] = [payment(), payment()]
    fresh.add([one, other])
    expect([...(fresh.take([start(one)])?.values() ?? [])]).toEqual([one])
    expect(fresh.take([start(one)])).toBeUndefined()
    expect([...(fresh.take([start(other)])?.keys() ?? [])]).toEqual([other.id])
  })

  it('are not taken with an unknown payment, nor by another input, and are forgotten then', () => {
    const fresh = createFreshPayments()
    const [one, other, unknown] = [payment(), payment(), payment()]
    fresh.add([one, other])
    expect(fresh.take([start(one), start(unknown)])).toBeUndefined()
    expect(fresh.take([start(one)])).toBeUndefined()
    expect(fresh.take([{ ...start(other), input: { kind: 'cancel' } }])).toBeUndefined()
    expect(fresh.take([start(other)])).toBeUndefined()
  })

  it('are all forgotten when no input takes them', () => {
    const fresh = createFreshPayments()
    const first = payment()
    fresh.add([first])
    for (let count = 0; count < 9_000; count += 100) fresh.add(Array.from({ length: 100 }, () => payment()))
    expect(fresh.take([start(first)])).toBeUndefined()
  })
})

describe('a payment', () => {
  let test: TestPayments
  let controls: WatchedControls
  beforeAll(async () => {
    test = await startTestPayments({
      watch: (database) => {
        controls = watchControls(database)
        return controls.database
      },
    })
    await test.openWith('payer', 1_000n)
    await test.open('shop')
    await test.open('fees')
  })
  afterAll(() => test.stop())

  const whilePaused = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const set = async (text: string) => {
      await test.database.query({ text })
      await controls.known()
    }
    await set(`insert into lanes.pauses (lane) values (2)`)
    try {
      return await work()
    } finally {
      await set('delete from lanes.pauses')
    }
  }

  it.each([
    [
      'from a wallet, with all that may be given',
      {
        source: { kind: 'wallet', account: 'payer' },
        destinations: [share('shop', 90n)],
        fee: share('fees', 10n),
        reference: 'order 1',
        metadata: { order: '1', 'a "key"': 'ü' },
      },
    ],
    ['over a rail', { source: { ...byCard, otherRails: ['card'] }, capture: 'manual' }],
  ] as const)('is read back as it was accepted: %s', async (_name, request) => {
    await whilePaused(async () => {
      const accepted = await test.pay(request)
      expect(await test.payment(accepted.id)).toEqual(accepted)
    })
  })

  it('that another process has changed meanwhile begins in its new form, and is booked once', async () => {
    const { id } = await whilePaused(async () => {
      const accepted = await test.pay({ source: { kind: 'wallet', account: 'payer' } })
      await test.database.query({
        text: `update payments.payments set version = version + 1, destinations = '[["fees","100"]]' where id = $1`,
        values: [accepted.id],
      })
      return accepted
    })
    const before = await test.balances('shop')
    expect((await test.end('payment', id)).row).toMatchObject({
      state: 'succeeded',
      destinations: [share('fees', 100n)],
    })
    await test.settled()
    expect(await test.balances('shop')).toEqual(before)
    const [dead] = await test.database.query<{ count: bigint }>({
      text: 'select count(*) as count from lanes.dead_letters',
    })
    expect(dead?.count).toBe(0n)
  })
})
