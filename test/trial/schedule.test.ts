import { expect, test } from 'vitest'
import { readTrialOptions } from './options.ts'
import { planRequests } from './plan.ts'
import { planDisturbances } from './schedule.ts'

const options = (seed: number, lanes = 'kafka') =>
  readTrialOptions(['--payments', '1000', '--seed', String(seed), '--lanes', lanes, '--disturbances', '20'])
const world = { requests: 1_100, processes: ['api-1', 'api-2', 'worker-1', 'worker-2'], brokers: 3 }

test('a seed plans the same requests and disturbances, and another one others', () => {
  expect(planRequests(options(7))).toEqual(planRequests(options(7)))
  expect(planDisturbances(options(7), world)).toEqual(planDisturbances(options(7), world))
  expect(planRequests(options(8))).not.toEqual(planRequests(options(7)))
  expect(planDisturbances(options(8), world)).not.toEqual(planDisturbances(options(7), world))
})

test('payments are as many as asked for, and each refund comes after its payment', () => {
  const requests = planRequests(options(7))
  expect(requests.filter(({ kind }) => kind === 'payment')).toHaveLength(1_000)
  expect(new Set(requests.map(({ kind, number }) => `${kind} ${number}`)).size).toBe(requests.length)
  for (const [at, { kind, number }] of requests.entries()) {
    if (kind === 'refund') expect(requests.findIndex((one) => one.number === number)).toBeLessThan(at)
  }
})

test('the disturbances are in the order of the requests, of every kind, with one long freeze of a worker', () => {
  const plan = planDisturbances(options(7), world)
  expect(plan).toHaveLength(20)
  expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).toSorted((one, other) => one - other))
  expect(plan.at(-1)?.at).toBeLessThan(world.requests * 0.95)
  expect(new Set(plan.map(({ what }) => what)).size).toBe(5)
  expect(plan.filter(({ forMs }) => forMs === 60_000)).toMatchObject([{ what: 'freeze', ofRelay: true }])
  const alone = planDisturbances(options(7, 'postgres'), { ...world, brokers: 0 })
  expect(new Set(alone.map(({ what }) => what))).toEqual(new Set(['kill', 'freeze']))
})

test('options that cannot be used are refused in a sentence', () => {
  expect(() => readTrialOptions(['--payments', '0'])).toThrow('--payments must be a positive whole number')
  expect(() => readTrialOptions(['--lanes', 'redis'])).toThrow('--lanes must be kafka or postgres')
  expect(readTrialOptions([])).toMatchObject({ payments: 10_000, workers: 4, apis: 2, longFreezeMs: 60_000 })
})
