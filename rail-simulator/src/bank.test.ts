import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, type SimulatedRails, startSimulatedRails } from '../../test/support/simulated-rails.ts'

let rails: SimulatedRails
beforeEach(async () => {
  rails = await startSimulatedRails()
})
afterEach(() => rails.stop())

const iban = 'GB33BUKB20201555555555'
const money = (instrument = iban, amount = '900') => ({ amount, asset: 'EUR', instrument })
const debit = async (key: string, instrument?: string) =>
  (await rails.post('/bank/direct-debits', money(instrument), key)).body
const closeDay = async () => (await rails.control('close-day', {})).body
const statusOf = async (key: string) => (await rails.get(`/bank/operations?idempotency_key=${key}`)).body.status

async function linesOf(date: string): Promise<Record<string, string>[]> {
  const file = await rails.get(`/bank/statements/${date}`)
  if (file.status === 404) return []
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const [header = '', ...lines] = file.text.trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, index) => [names[index], field])))
}
const closed = async () => linesOf((await closeDay()).date)
const brief = (lines: readonly Record<string, string>[]) =>
  lines.map((line) => [line.operation, line.idempotency_key, line.amount, line.outcome, line.reason_code])

describe('a bank day', () => {
  it('settles the accepted operations, and lists them in its statement', async () => {
    const accepted = await rails.post('/bank/direct-debits', money(), 'd1')
    expect([accepted.status, accepted.body.status]).toEqual([202, 'pending'])
    await rails.post('/bank/credit-transfers', money('GB00AC04', '400'), 'p1')
    expect(await statusOf('d1')).toBe('pending')
    const day = await closeDay()
    expect(day.lines).toBe(2)
    const lines = await linesOf(day.date)
    expect(brief(lines)).toEqual([
      ['charge', 'd1', '900', 'settled', ''],
      ['payout', 'p1', '400', 'returned', 'AC04'],
    ])
    expect(lines[0]).toMatchObject({ line: '1', reference: accepted.body.id, asset: 'EUR', original: '' })
    expect(await Promise.all(['d1', 'p1'].map(statusOf))).toEqual(['succeeded', 'failed'])
    expect((await rails.get('/records')).body.net).toEqual([
      { rail: 'bank', asset: 'EUR', in: '900', out: '0', net: '900' },
    ])
  })

  it('advances the date; a day without lines has no statement', async () => {
    const dates: string[] = []
    for (const key of ['d1', undefined, 'd2']) {
      if (key !== undefined) await debit(key)
      dates.push((await closeDay()).date)
    }
    const days = dates.map((date) => Date.parse(date) / 86_400_000)
    expect(days.map((day) => day - (days[0] ?? 0))).toEqual([0, 1, 2])
    const list = (query: string) => rails.get(`/bank/statements${query}`).then(({ body }) => body)
    expect(await list('')).toMatchObject({
      data: [
        { date: dates[0], sequence: 1, lines: 1 },
        { date: dates[2], sequence: 2, lines: 1 },
      ],
      has_more: false,
      next_cursor: dates[2],
    })
    expect(await list('?limit=1')).toMatchObject({ has_more: true, next_cursor: dates[0] })
    expect(await list(`?after=${dates[0]}`)).toMatchObject({ data: [{ date: dates[2] }] })
    expect(await list(`?after=${dates[2]}`)).toEqual({ data: [], has_more: false, next_cursor: null })
  })

  it('closes by itself after --day-ms', async () => {
    await rails.control('timings', { day_ms: 50 })
    await debit('d1')
    await eventually(async () => expect(await statusOf('d1')).toBe('succeeded'))
  })

  it('never changes its statement file later', async () => {
    await debit('d1')
    const { date } = await closeDay()
    const before = (await rails.get(`/bank/statements/${date}`)).text
    await debit('d2')
    await closeDay()
    expect((await rails.get(`/bank/statements/${date}`)).text).toBe(before)
  })
})

it.each(['AC01', 'AC04', 'AC06', 'AG01', 'AM02', 'AM04', 'FRAD', 'MD01', 'MS03'])(
  'a direct debit of an account that ends in %s is returned with that code',
  async (code) => {
    await debit('d1', `GB00${code}`)
    expect(brief(await closed())).toEqual([['charge', 'd1', '900', 'returned', code]])
  },
)

it('a direct debit of an account that is not an IBAN is returned as an incorrect account', async () => {
  await debit('d1', 'asha@upi')
  expect(brief(await closed())).toEqual([['charge', 'd1', '900', 'returned', 'AC01']])
})

describe('a reversal', () => {
  it('returns the debited amount and no more', async () => {
    const { id } = await debit('d1')
    const reverse = (key: string, amount: string) => rails.post(`/bank/direct-debits/${id}/reversals`, { amount }, key)
    expect((await reverse('r0', '1')).body.response_code).toBe('AM09')
    await closeDay()
    expect((await reverse('r1', '600')).status).toBe(202)
    expect((await reverse('r2', '301')).body.response_code).toBe('AM09')
    const [line] = await closed()
    expect(line).toMatchObject({ operation: 'refund', original: id, amount: '600', outcome: 'settled' })
  })

  it('of an account that ends in REFUNDAM04 is returned', async () => {
    const { id } = await debit('d1', 'GB00REFUNDAM04')
    expect(brief(await closed())).toEqual([['charge', 'd1', '900', 'settled', '']])
    await rails.post(`/bank/direct-debits/${id}/reversals`, { amount: '900' }, 'r1')
    expect(brief(await closed())).toEqual([['refund', 'r1', '900', 'returned', 'AM04']])
  })
})

describe('a direct debit of an account that ends in', () => {
  it('DUPLICATE is in two statements under one event id', async () => {
    await debit('d1', 'GB00DUPLICATE')
    const [first] = await closed()
    const [second] = await closed()
    expect(second?.event_id).toBe(first?.event_id)
    expect(brief([first ?? {}])).toEqual(brief([second ?? {}]))
    expect(await closed()).toEqual([])
  })

  it('LATESUCCESS is returned one day and settled the next', async () => {
    await debit('d1', 'GB00LATESUCCESS')
    const days = [await closed(), await closed()]
    expect(days.map(brief)).toEqual([
      [['charge', 'd1', '900', 'returned', 'MS03']],
      [['charge', 'd1', '900', 'settled', '']],
    ])
    expect(days[0]?.[0]?.event_id).not.toBe(days[1]?.[0]?.event_id)
  })

  it('DISPUTE is settled, and disputed the next day', async () => {
    const { id } = await debit('d1', 'GB00DISPUTE')
    expect(brief(await closed())).toEqual([['charge', 'd1', '900', 'settled', '']])
    expect(await closed()).toMatchObject([{ operation: 'dispute', original: id, amount: '900', reason_code: 'MD06' }])
    expect((await rails.get('/records')).body.net).toMatchObject([{ in: '900', out: '900', net: '0' }])
  })

  it('NOLINE is in no statement; an inquiry reports its outcome', async () => {
    await debit('d1', 'GB00NOLINE')
    expect(await closed()).toEqual([])
    expect(await statusOf('d1')).toBe('succeeded')
  })

  it('STAYSPENDING is in the statement after the control API has completed it', async () => {
    await debit('d1', 'GB00STAYSPENDING')
    expect([await closed(), await closed(), await statusOf('d1')]).toEqual([[], [], 'pending'])
    const operation = { rail: 'bank', idempotency_key: 'd1' }
    await rails.control('complete', { operation, outcome: 'failed', response_code: 'AC06' })
    expect(brief(await closed())).toEqual([['charge', 'd1', '900', 'returned', 'AC06']])
    expect(await closed()).toEqual([])
  })

  it('WRONGAMOUNT settles another amount', async () => {
    await debit('d1', 'GB00WRONGAMOUNT')
    expect(brief(await closed())).toEqual([['charge', 'd1', '810', 'settled', '']])
  })
})
