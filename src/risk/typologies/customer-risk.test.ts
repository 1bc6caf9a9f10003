import { expect, it } from 'vitest'
import { type RatedFinding, type RiskModel, rateCustomer } from './customer-risk.ts'

const day = 86_400_000_000

const model: RiskModel = {
  version: 3,
  attributes: {
    country: { values: { DE: 0, PA: 30 }, otherwise: 15 },
    political: { values: { yes: 10, no: 0 }, otherwise: 0, atLeast: { yes: 'high' } },
  },
  findings: { cycle: 50, fan_in: 20 },
  halfAfterSeconds: 90 * 86_400,
  findingsMax: 60,
  bands: [
    { name: 'low', from: 0 },
    { name: 'medium', from: 20 },
    { name: 'high', from: 50 },
  ],
}

const finding = (kind: RatedFinding['kind'], at: number, score = 100): RatedFinding => ({
  id: `${kind}-${at}`,
  kind,
  score,
  at,
})

const rate = (attributes: Record<string, string>, findings: readonly RatedFinding[] = []) =>
  rateCustomer(model, { attributes, findings, now: 200 * day })

it.each([
  ['no risk', { country: 'DE', political: 'no' }, [], 'low', 0],
  ['a country that is not listed', { country: 'XX', political: 'no' }, [], 'low', 15],
  ['a risky country', { country: 'PA', political: 'no' }, [], 'medium', 30],
  ['a demanded band', { country: 'DE', political: 'yes' }, [], 'high', 10],
  ['a fresh finding', { country: 'DE' }, [finding('cycle', 199 * day)], 'high', 50],
  ['a weaker finding', { country: 'DE' }, [finding('cycle', 199 * day, 70)], 'medium', 35],
  ['an old finding', { country: 'DE' }, [finding('cycle', 60 * day)], 'medium', 25],
  [
    'more findings than count',
    { country: 'DE' },
    [finding('cycle', 199 * day), finding('fan_in', 199 * day)],
    'high',
    60,
  ],
  ['a dismissed finding', { country: 'DE' }, [{ ...finding('cycle', 199 * day), isDismissed: true }], 'low', 0],
  ['names that objects have by nature', { country: 'constructor', political: 'toString' }, [], 'low', 15],
] as const)('rates %s', (_, attributes, findings, band, points) => {
  const rating = rate(attributes, findings)
  expect([rating.band, rating.points]).toEqual([band, points])
  expect(rating.reasons.reduce((sum, reason) => sum + reason.points, 0)).toBe(points)
})

it('says why', () => {
  expect(rate({ country: 'PA', political: 'yes' }).reasons).toEqual([
    { reason: 'country is PA', points: 30 },
    { reason: 'political is yes', points: 10 },
    { reason: 'political is yes: at least high', points: 0 },
  ])
})
