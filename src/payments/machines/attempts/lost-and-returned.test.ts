import { expect, it } from 'vitest'
import type { Attempt } from '../../payment.ts'
import { isLost } from './lost-attempts.ts'

it('a lost attempt of which all came back is not asked for again', () => {
  const returned = { reference: 'r', amount: 50n, code: 'R01', at: 0 }
  const attempt: Attempt = {
    ...{ id: '1'.repeat(32), subject: { kind: 'payout', id: '2'.repeat(32) }, rail: 'card', operation: 'payout' },
    ...{ amount: 50n, asset: 'USD', instrument: 'x', book: 1, state: 'unknown', inquiries: 3, createdAt: 0 },
    ...{ originalReference: undefined, railReference: undefined, reason: undefined, exchange: { isLost: true } },
  }
  expect(isLost(attempt)).toBe(true)
  expect(isLost({ ...attempt, returned: [{ ...returned, amount: 20n }] })).toBe(true)
  expect(isLost({ ...attempt, returned: [returned] })).toBe(false)
})
