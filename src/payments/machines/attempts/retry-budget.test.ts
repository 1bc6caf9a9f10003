import { describe, expect, it } from 'vitest'
import { cardRetryBudgets } from '#rails'
import { type PastDecline, retryRefusal } from './retry-budget.ts'

const dayMicros = 86_400_000_000
const at = (day: string) => Date.parse(day) * 1_000
const unadvised = { kind: 'unadvised' } as const

function declined(count: number, now: number, parts: Partial<PastDecline> = {}): PastDecline[] {
  return Array.from({ length: count }, (_, hours) => ({
    at: now - 2 * dayMicros - hours * 3_600_000_000,
    amount: 100n,
    raw: '05',
    advice: unadvised,
    ...parts,
  }))
}

const refusal = (scheme: string, declines: readonly PastDecline[], now: number, amount = 100n) =>
  retryRefusal({ scheme, budgets: cardRetryBudgets }, { declines, amount }, now)

describe('the budget of Visa', () => {
  it.each([
    ['2026-04-17', 14, undefined],
    ['2026-04-17', 15, 'visa allows 15 declines'],
    ['2026-04-18', 15, undefined],
    ['2026-04-18', 19, undefined],
    ['2026-04-18', 20, 'visa allows 20 declines'],
  ])('on %s, after %d declines: %s', (day, count, text) => {
    const now = at(day)
    const said = refusal('visa', declined(count, now), now)
    if (text === undefined) expect(said).toBeUndefined()
    else expect(said).toContain(text)
  })

  it('forgets declines after thirty days', () => {
    const now = at('2026-06-01')
    const old = declined(20, now, { at: now - 30 * dayMicros })
    expect(refusal('visa', old, now)).toBeUndefined()
    expect(refusal('visa', [...old, ...declined(20, now)], now)).toContain('20 declines')
  })

  it('never allows an attempt after a decline of category 1, however old', () => {
    const now = at('2026-06-01')
    const stolen = declined(1, now, { at: at('2020-01-01'), raw: '43', advice: { kind: 'never' } })
    expect(refusal('visa', stolen, now)).toContain('ever (43)')
  })

  it('waits as long as a decline advises', () => {
    const now = at('2026-06-01')
    const later = declined(1, now, { at: now - 3_599_000_000, advice: { kind: 'notBefore', afterMs: 3_600_000 } })
    expect(refusal('visa', later, now)).toContain('yet')
    expect(refusal('visa', later, now + 1_000_000)).toBeUndefined()
  })
})

it('Mastercard counts the declines of a day, and those of one amount in thirty days', () => {
  const now = at('2026-06-01')
  const today = declined(10, now, { at: now - 1_000_000 })
  expect(refusal('mastercard', today, now)).toContain('10 declines')
  expect(refusal('mastercard', declined(34, now), now)).toBeUndefined()
  expect(refusal('mastercard', declined(35, now), now)).toContain('35 declines')
  expect(refusal('mastercard', declined(35, now), now, 101n)).toBeUndefined()
})

it('a scheme without a budget allows any number', () => {
  expect(refusal('rupay', declined(100, at('2026-06-01')), at('2026-06-01'))).toBeUndefined()
})
