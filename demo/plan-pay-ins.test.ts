import { describe, expect, it } from 'vitest'
import { platformFees } from './market.ts'
import { planPayments } from './plan-pay-ins.ts'

const seeds = [1, 1893, 20_260_131]

describe('the plan of the payments', () => {
  it('is the same for the same seed and differs for another one', () => {
    expect(planPayments(7)).toEqual(planPayments(7))
    expect(planPayments(7)).not.toEqual(planPayments(8))
  })

  it.each(seeds)('splits every sale among sellers and the platform without losing a unit (seed %i)', (seed) => {
    const { payIns, stays } = planPayments(seed)
    const split = [...payIns, ...stays].map(({ payment }) => payment).filter(({ destinations }) => destinations)
    expect(split.length).toBeGreaterThan(20)
    for (const { amount, destinations = [], fee } of split) {
      expect(new Set(destinations.map(({ account }) => account)).size).toBe(destinations.length)
      expect(fee?.account).toBe(platformFees)
      const parts = [...destinations, ...(fee === undefined ? [] : [fee])].map((share) => BigInt(share.amount))
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount)
      expect(parts.every((part) => part > 0n)).toBe(true)
    }
  })

  it.each(seeds)('pays over all three rails, with every kind of return and of end (seed %i)', (seed) => {
    const { payIns, stays, payouts } = planPayments(seed)
    const rails = payIns.map(({ payment }) => ('rail' in payment.source ? payment.source.rail : undefined))
    expect(new Set(rails)).toEqual(new Set(['card', 'upi', 'bank']))
    expect(new Set(payouts.map(({ rail }) => rail))).toEqual(new Set(['card', 'upi', 'bank']))
    expect(new Set(payIns.map(({ givingBack }) => givingBack)).size).toBe(5)
    expect(new Set(stays.map(({ ending }) => ending)).size).toBe(6)
  })

  it.each(seeds)('names every payment once (seed %i)', (seed) => {
    const { payIns, stays, sends } = planPayments(seed)
    const references = [...payIns, ...stays].map(({ payment }) => payment.reference)
    const all = [...references, ...sends.map(({ reference }) => reference)]
    expect(new Set(all).size).toBe(all.length)
  })
})
