import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { patience } from '../../test/support/patience.ts'
import { eventually, type SimulatedRails, startSimulatedRails } from '../../test/support/simulated-rails.ts'
import { createFaultSchedule, type FaultRates } from './faults/fault-schedule.ts'

let rails: SimulatedRails
beforeEach(async () => {
  rails = await startSimulatedRails()
})
afterEach(() => rails.stop())

/** How each rail takes a charge, and how it writes a test value. */
const profiles = {
  card: { path: '/card/charges', instrument: (word: string) => `card_${word}`, yes: 201, done: 'succeeded' },
  upi: { path: '/upi/collects', instrument: (word: string) => `${word}@upi`, yes: 202, done: 'succeeded' },
  bank: {
    path: '/bank/direct-debits',
    instrument: (word: string) => `GB00${word.replace(/^500/, 'http500').replaceAll('_', '').toUpperCase()}`,
    yes: 202,
    done: 'pending',
  },
} as const
type RailName = keyof typeof profiles
const names: readonly RailName[] = ['card', 'upi', 'bank']

const body = (rail: RailName, word: string) => ({
  amount: '100',
  asset: 'INR',
  instrument: profiles[rail].instrument(word),
})
const ask = (rail: RailName, word: string, key: string, withinMs?: number) =>
  rails.post(profiles[rail].path, body(rail, word), key, withinMs)
/** Long enough to be sure that the rail was reached and that no answer comes. */
const inVainMs = () => patience(150)
const inquire = (rail: RailName, key = 'k') => rails.get(`/${rail}/operations?idempotency_key=${key}`)
const counted = async (rail: RailName) => (await rails.get(`/records/operations?rail=${rail}`)).body.data.length

describe.each(names)('on %s', (rail) => {
  const { yes, done } = profiles[rail]

  it.each([
    ['timeout_happened', 0],
    ['reset_happened', 0],
    ['500_happened', 500],
  ])('%s does the operation, and answers %s', async (word, status) => {
    expect((await ask(rail, word, 'k', status === 0 ? inVainMs() : undefined)).status).toBe(status)
    await eventually(async () => expect((await inquire(rail)).body.status).toBe(done))
    const again = await ask(rail, word, 'k')
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([yes, 'true'])
    expect(await counted(rail)).toBe(1)
  })

  it.each([
    ['timeout_not_happened', 0],
    ['500', 500],
  ])('%s does nothing, answers %s, and affects each key once', async (word, status) => {
    expect((await ask(rail, word, 'k', status === 0 ? inVainMs() : undefined)).status).toBe(status)
    expect((await inquire(rail)).status).toBe(404)
    expect((await ask(rail, word, 'k')).status).toBe(yes)
    expect((await ask(rail, word, 'another', status === 0 ? inVainMs() : undefined)).status).toBe(status)
    expect(await counted(rail)).toBe(1)
  })

  it('slow answers late, and repeats at once', async () => {
    const startedAt = performance.now()
    expect((await rails.post(profiles[rail].path, body(rail, 'slow'), 'k')).status).toBe(yes)
    expect(performance.now() - startedAt).toBeGreaterThan(110)
    expect((await ask(rail, 'slow', 'k')).status).toBe(yes)
  })

  it('unknown reports no outcome until the control API sets it', async () => {
    expect((await ask(rail, 'unknown', 'k', inVainMs())).status).toBe(0)
    await rails.control('close-day', {})
    expect([(await inquire(rail)).status, (await ask(rail, 'unknown', 'k')).status]).toEqual([500, 500])
    const operation = { rail, idempotency_key: 'k' }
    expect((await rails.control('complete', { operation, outcome: 'succeeded' })).status).toBe(200)
    expect((await inquire(rail)).body.status).toBe('succeeded')
  })

  it('an outage answers everything 503, does nothing, and ends', async () => {
    await rails.control('outage', { rail, ms: 10_000 })
    const answers = [await ask(rail, 'success', 'k'), await inquire(rail), await rails.get(`/${rail}/healthz`)]
    expect(answers.map(({ status, body: reported }) => [status, reported.code])).toEqual(
      answers.map(() => [503, 'rail_unavailable']),
    )
    expect(Number(answers[0]?.headers.get('retry-after'))).toBeGreaterThan(5)
    expect((await rails.get('/healthz')).body.rails).toMatchObject({ [rail]: 'outage' })
    await rails.control('outage', { rail, ms: 30 })
    await eventually(async () => expect((await rails.get(`/${rail}/healthz`)).body).toEqual({ rail, status: 'ok' }))
    expect((await inquire(rail)).status).toBe(404)
    expect((await ask(rail, 'success', 'k')).status).toBe(yes)
  })

  it.each(['hang', 'reset'])('an outage of mode %s answers nothing', async (mode) => {
    await rails.control('outage', { rail, ms: 10_000, mode })
    expect((await ask(rail, 'success', 'k', inVainMs())).status).toBe(0)
    await rails.control('outage', { rail, ms: 0 })
    expect((await inquire(rail)).status).toBe(404)
  })
})

describe('a late success of a card', () => {
  /** Before it happens. */
  const earlyMs = 150
  it('is not found at first, and has succeeded later', async () => {
    await rails.control('timings', { late_ms: 700 })
    expect((await ask('card', 'late_success', 'k', earlyMs)).status).toBe(0)
    expect((await inquire('card')).status).toBe(404)
    await eventually(async () => expect((await inquire('card')).body.status).toBe('succeeded'))
  })

  it('does not happen a second time when it is submitted again', async () => {
    await rails.control('timings', { late_ms: 700 })
    expect((await ask('card', 'late_success', 'k', earlyMs)).status).toBe(0)
    expect((await inquire('card')).status).toBe(404)
    expect((await ask('card', 'late_success', 'k')).status).toBe(201)
    await new Promise((resolve) => setTimeout(resolve, 750))
    expect(await counted('card')).toBe(1)
  })
})

it('breaks a connection without an answer after --hang-ms', async () => {
  await rails.control('timings', { hang_ms: 50 })
  const startedAt = performance.now()
  expect((await rails.post('/card/charges', body('card', 'timeout_happened'), 'k')).status).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(patience(4_000))
})

it('applies the fault that a test value names to a later operation', async () => {
  const { id } = (await ask('card', 'refund_timeout_happened', 'c')).body
  expect((await rails.post(`/card/charges/${id}/refunds`, { amount: '40' }, 'r', 100)).status).toBe(0)
  expect((await inquire('card', 'r')).body).toMatchObject({ operation: 'refund', status: 'succeeded', amount: '40' })
})

describe('a schedule of faults', () => {
  const rates: FaultRates = { decline: 0.2, http_500: 0.2, http_500_happened: 0.2 }
  const outcomes = async (of: SimulatedRails, prefix = '') => {
    const statuses: number[] = []
    for (let number = 0; number < 60; number += 1) {
      const request = { amount: '1', asset: 'INR', instrument: `card_visa_${number}` }
      const answer = await of.post('/card/charges', request, `${prefix}key-${number}`)
      statuses.push(answer.status === 402 ? Number.parseInt(answer.body.response_code, 16) : answer.status)
    }
    return statuses
  }

  it('makes the same faults for the same seed and keys, and others for another seed', async () => {
    const play = async (seed: number) => {
      const fresh = await startSimulatedRails({ seed })
      try {
        await fresh.control('faults', { rail: 'card', rates })
        return await outcomes(fresh)
      } finally {
        await fresh.stop()
      }
    }
    const first = await play(7)
    expect(new Set(first).size).toBeGreaterThan(4)
    expect(await play(7)).toEqual(first)
    expect(await play(8)).not.toEqual(first)
  })

  it('may draw by instrument, for runs whose keys differ', async () => {
    await rails.control('faults', { rail: 'card', rates, seed: 3, by: 'instrument' })
    expect(await outcomes(rails, 'a-')).toEqual(await outcomes(rails, 'b-'))
  })

  it('leaves unnamed operations alone, and ends with empty rates', async () => {
    await rails.control('faults', { rail: 'all', rates: { http_500: 1 }, operations: ['payout'] })
    expect((await ask('card', 'visa', 'k1')).status).toBe(201)
    const payout = () => rails.post('/card/payouts', body('card', 'visa'), 'k2')
    expect((await payout()).status).toBe(500)
    await rails.control('faults', { rail: 'all', rates: {} })
    expect((await payout()).status).toBe(201)
  })

  it.each([
    [{ rail: 'card', rates: { timeout: 0.5 } }, 'rates'],
    [{ rail: 'card', rates: { decline: 2 } }, 'rates.decline'],
    [{ rail: 'card', rates: { decline: 0.6, slow: 0.6 } }, 'rates'],
    [{ rail: 'cash', rates: {} }, 'rail'],
    [{ rail: 'card', rates: {}, operations: ['steal'] }, 'operations'],
    [{ rail: 'card', rates: {}, by: 'luck' }, 'by'],
  ])('%j is refused', async (settings, param) => {
    expect((await rails.control('faults', settings)).body).toMatchObject({ code: 'validation_failed', param })
  })

  it('draws faults at the given rates', () => {
    const schedule = createFaultSchedule(1)
    const settings = {
      seed: 42,
      rates: { decline: 0.1, timeout_happened: 0.05 },
      operations: undefined,
      by: 'idempotency_key',
    }
    schedule.replace('card', { ...settings, by: 'idempotency_key' })
    const counts = new Map<string, number>()
    for (let number = 0; number < 20_000; number += 1) {
      const { name } = schedule.draw('card', 'charge', { key: String(number), instrument: 'card_visa' })
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect((counts.get('decline') ?? 0) / 20_000).toBeCloseTo(0.1, 1.7)
    expect((counts.get('timeout_happened') ?? 0) / 20_000).toBeCloseTo(0.05, 1.7)
    expect([...counts.keys()].sort()).toEqual(['decline', 'ok', 'timeout_happened'])
  })
})
