import { expect, it } from 'vitest'
import { createShares, type Shares } from './shares.ts'

function takeAll(shares: Shares, sender: string, group: string = sender): number {
  let amount = 0
  while (shares.take({ group, sender }, 1)) amount += 1
  return amount
}

it('gives one sender a half, two senders a third each, and always leaves room for the next', () => {
  const shares = createShares(120)
  expect(takeAll(shares, 'a')).toBe(60)
  expect(takeAll(shares, 'b')).toBe(30)
  expect(takeAll(shares, 'c')).toBe(15)
  shares.release({ group: 'a', sender: 'a' }, 60)
  expect(takeAll(shares, 'd')).toBeGreaterThan(30)
  shares.release({ group: 'b', sender: 'b' }, 30)
  expect(takeAll(shares, 'b')).toBeGreaterThan(10)
  expect(shares.taken()).toBeLessThanOrEqual(120)
})

it('gives the senders of one group two thirds in total, and leaves the rest to other groups', () => {
  const shares = createShares(120)
  const many = Array.from({ length: 50 }, (_, at) => takeAll(shares, `sender ${at}`, 'group'))
  expect(many.reduce((sum, each) => sum + each, 0)).toBe(80)
  expect(takeAll(shares, 'other')).toBe(20)
})
