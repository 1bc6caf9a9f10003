import { expect, it } from 'vitest'
import { type KycLevels, kycBounds } from './kyc-limits.ts'

const levels: KycLevels = {
  version: 1,
  levels: {
    basic: [
      {
        asset: 'EUR',
        balanceMax: '100000',
        outMax: { amount: '50000', per: 'month' },
        inMax: { amount: '70000', per: 'year' },
      },
    ],
    full: [{ asset: 'EUR' }],
  },
}

it.each([
  [
    'basic',
    'EUR',
    {
      minAvailable: 0n,
      maxBalance: 100_000n,
      allowances: [
        { direction: 'out', per: 'month', amount: 50_000n },
        { direction: 'in', per: 'year', amount: 70_000n },
      ],
    },
  ],
  ['full', 'EUR', { minAvailable: 0n, maxBalance: null, allowances: [] }],
  ['basic', 'USD', { minAvailable: 0n, maxBalance: 0n, allowances: [] }],
  ['unknown', 'EUR', { minAvailable: 0n, maxBalance: 0n, allowances: [] }],
  ['constructor', 'EUR', { minAvailable: 0n, maxBalance: 0n, allowances: [] }],
])('bounds an account of level %s in %s', (level, asset, bounds) => {
  expect(kycBounds(levels, { level, asset })).toEqual(bounds)
})
