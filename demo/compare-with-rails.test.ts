import type { TimelineItem } from '@munim/sdk'
import { describe, expect, it } from 'vitest'
import { clearingAccount, compareOperations, compareRails, isEqual } from './compare-with-rails.ts'
import type { RailTotal } from './demo-rails.ts'

const card = clearingAccount({ rail: 'card', asset: 'INR' })
let last = 0
const next = () => {
  last += 1
  return String(last).padStart(6, '0')
}

const leg = (source_code: string, destination_code: string, amount: bigint, id = `trf_${next()}`) => ({
  ...{ id, source_code, destination_code, amount, amount_posted: amount },
  ...{ asset: 'INR', state: 'posted' as const },
})

const step = (subject: string, input: string, legs: readonly ReturnType<typeof leg>[]): TimelineItem => ({
  ...{ at: `2026-01-31T09:30:00.${next()}Z`, kind: 'step', subject, text: '' },
  ...{ state: 'succeeded', input, transfers: legs, attempt: null, events: [] },
})

const total = (operation: string, count: number, amount: bigint): RailTotal => ({
  ...{ rail: 'card', operation, asset: 'INR', status: 'succeeded', count, amount },
})

describe('the comparison of the books with the rails', () => {
  it('adds up the shares of a charge, and finds both sides equal', () => {
    const timeline = [
      step('pay_1', 'outcome', [leg(card, 'sellers:a', 60n), leg(card, 'sellers:b', 35n), leg(card, 'fees', 5n)]),
    ]
    const [charge, ...others] = compareOperations([total('charge', 1, 100n)], [timeline])
    expect(others).toEqual([])
    expect(charge).toMatchObject({
      operation: 'charge',
      railSays: { count: 1, amount: 100n },
      booksSay: { count: 1, amount: 100n },
    })
  })

  it('counts a hold once, for the refund that it was made for', () => {
    const held = leg('suspense:INR', card, 90n, 'trf_held')
    const timeline = [
      step('pay_1', 'outcome', [leg(card, 'suspense:INR', 90n), held]),
      step('ref_1', 'outcome', [held]),
    ]
    const totals = [total('charge', 1, 90n), total('refund', 1, 90n)]
    const operations = compareOperations(totals, [timeline])
    expect(operations.map(({ operation }) => operation)).toEqual(['charge', 'refund'])
    expect(isEqual(operations, [])).toBe(true)
  })

  it('distinguishes captures, disputes and payouts, and leaves wallets out', () => {
    const timelines = [
      [step('cap_1', 'outcome', [leg(card, 'shops:a', 10n)]), step('cap_2', 'outcome', [leg(card, 'shops:a', 20n)])],
      [step('pay_2', 'dispute', [leg('shops:a', card, 7n)])],
      [step('out_1', 'outcome', [leg('sellers:a', card, 5n)])],
      [step('pay_3', 'start', [leg('purses:a', 'purses:b', 1000n)])],
    ]
    const totals = [total('capture', 2, 30n), total('dispute', 1, 7n), total('payout', 1, 5n)]
    expect(isEqual(compareOperations(totals, timelines), [])).toBe(true)
  })

  it.each(['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'])(
    'counts a dispute only as long as the rail has its money (won at %s)',
    (at) => {
      const timeline = [
        { ...step('pay_1', 'dispute', [leg('shops:a', card, 7n)]), at: '2026-01-01T00:00:00Z' },
        { ...step('pay_1', 'dispute', [leg(card, 'shops:a', 7n)]), at },
      ]
      expect(isEqual(compareOperations([], [timeline]), [])).toBe(true)
      expect(isEqual(compareOperations([total('dispute', 1, 7n)], [timeline]), [])).toBe(false)
    },
  )

  it('counts what came back of each operation as an operation of its own', () => {
    const timelines = [
      [step('pay_1', 'outcome', [leg(card, 'shops:a', 100n)]), step('pay_1', 'returned', [leg('shops:a', card, 100n)])],
      [step('ref_1', 'outcome', [leg('shops:a', card, 40n)]), step('ref_1', 'returned', [leg(card, 'shops:a', 40n)])],
      [step('out_1', 'outcome', [leg('sellers:a', card, 5n)]), step('out_1', 'returned', [leg(card, 'sellers:a', 5n)])],
    ]
    const totals = [
      ...[total('charge', 1, 100n), total('charge_return', 1, 100n), total('refund', 1, 40n)],
      ...[total('refund_return', 1, 40n), total('payout', 1, 5n), total('payout_return', 1, 5n)],
    ]
    expect(isEqual(compareOperations(totals, timelines), compareRails(totals, new Map([[card, 0n]])))).toBe(true)
    expect(isEqual(compareOperations(totals.slice(0, -1), timelines), [])).toBe(false)
  })

  it.each([
    ['a charge that the books do not have', [total('charge', 2, 200n)]],
    ['a charge of which the rail knows nothing', []],
    ['another amount', [total('charge', 1, 99n)]],
    ['as much in more operations', [total('charge', 2, 100n)]],
  ])('finds %s', (_, totals) => {
    const timeline = [step('pay_1', 'outcome', [leg(card, 'shops:a', 100n)])]
    expect(isEqual(compareOperations(totals, [timeline]), [])).toBe(false)
  })

  it('leaves out operations that move no money or did not succeed', () => {
    const failed: RailTotal = { ...total('charge', 3, 300n), status: 'failed' }
    expect(compareOperations([failed, total('authorize', 1, 50n), total('void', 1, 50n)], [])).toEqual([])
  })

  it('compares the net amount at a rail with the balance of its clearing account', () => {
    const totals = [total('charge', 2, 100n), total('refund', 1, 30n), total('dispute', 1, 5n), total('payout', 1, 10n)]
    expect(compareRails(totals, new Map([[card, -55n]]))).toEqual([
      { rail: 'card', asset: 'INR', railSays: 55n, booksSay: 55n },
    ])
    expect(isEqual([], compareRails(totals, new Map([[card, -54n]])))).toBe(false)
    expect(isEqual([], compareRails(totals, new Map()))).toBe(false)
  })
})
