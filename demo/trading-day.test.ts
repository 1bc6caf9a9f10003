import { describe, expect, it } from 'vitest'
import { dayAssets, openingAccount, planTradingDay, type TradingDay } from './trading-day.ts'

const seeds = [1, 1893, 20_260_131]

/** Plays the day by the simplest rules, in plain arithmetic. */
function balancesAfter(day: TradingDay): Map<string, bigint> {
  const balances = new Map<string, bigint>()
  const move = (source: string, destination: string, amount: bigint) => {
    balances.set(source, (balances.get(source) ?? 0n) - amount)
    balances.set(destination, (balances.get(destination) ?? 0n) + amount)
  }
  const booked = day.payments.filter((payment) => payment.expected === 'booked').map((payment) => payment.transfer)
  for (const { source, destination, amount } of [...day.openings, ...booked, ...day.fares, ...day.fees]) {
    move(source, destination, BigInt(amount))
  }
  for (const { transfer, posted } of day.holds) move(transfer.source, transfer.destination, posted)
  return balances
}

describe('the plan of a trading day', () => {
  it('is the same for the same seed and differs for another one', () => {
    expect(planTradingDay(7)).toEqual(planTradingDay(7))
    expect(planTradingDay(7).payments).not.toEqual(planTradingDay(8).payments)
  })

  it.each(seeds)('overdraws no account but the opening accounts (seed %i)', (seed) => {
    const day = planTradingDay(seed)
    const unbounded = dayAssets.map(({ code }) => openingAccount(code))
    const overdrawn = [...balancesAfter(day)].filter(([code, balance]) => balance < 0n && !unbounded.includes(code))
    expect(overdrawn).toEqual([])
  })

  it.each(seeds)('refuses some payments, though few, and books a thousand (seed %i)', (seed) => {
    const { payments } = planTradingDay(seed)
    const refused = payments.filter((payment) => payment.expected === 'insufficient_funds').length
    expect(payments.length).toBeGreaterThanOrEqual(1000)
    expect(refused).toBeGreaterThan(5)
    expect(refused).toBeLessThan(payments.length / 10)
  })

  it.each(seeds)('refuses only what the wallet cannot pay (seed %i)', (seed) => {
    const day = planTradingDay(seed)
    const left = new Map(day.openings.map((opening) => [opening.destination, BigInt(opening.amount)]))
    for (const { transfer, expected } of day.payments) {
      const had = left.get(transfer.source) ?? 0n
      const amount = BigInt(transfer.amount)
      expect(expected).toBe(had < amount ? 'insufficient_funds' : 'booked')
      if (expected === 'booked') left.set(transfer.source, had - amount)
    }
  })

  it.each(seeds)('uses only accounts that it opens, each of its asset (seed %i)', (seed) => {
    const day = planTradingDay(seed)
    const assetOf = new Map(day.accounts.map((account) => [account.code, account.asset]))
    expect(assetOf.size).toBe(day.accounts.length)
    const all = [...day.payments, ...day.holds].map((planned) => planned.transfer)
    for (const { source, destination, asset } of [...all, ...day.openings, ...day.fares, ...day.fees, ...day.sweeps]) {
      expect([assetOf.get(source), assetOf.get(destination)]).toEqual([asset, asset])
    }
  })

  it('ends every hold in one of the four ways', () => {
    const endings = new Set(planTradingDay(1).holds.map((hold) => hold.ending))
    expect([...endings].sort()).toEqual(['expired', 'part', 'voided', 'whole'])
  })
})
