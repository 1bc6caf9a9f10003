import { expect, it } from 'vitest'
import { createBodyBudget } from './body-budget.ts'

it('gives one owner half, two a third each, and always leaves room for the next', () => {
  const budget = createBodyBudget({ bytesMax: 120 })
  const takeAll = (owner: string) => {
    let bytes = 0
    while (budget.take(owner, 1)) bytes += 1
    return bytes
  }
  expect(takeAll('a')).toBe(60)
  expect(takeAll('b')).toBe(30)
  expect(takeAll('c')).toBe(15)
  budget.release('a', 60)
  expect(takeAll('d')).toBeGreaterThan(30)
  budget.release('b', 30)
  expect(takeAll('b')).toBeGreaterThan(10)
  expect(budget.taken()).toBeLessThanOrEqual(120)
})
