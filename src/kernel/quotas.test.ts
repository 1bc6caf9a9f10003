import { expect, it } from 'vitest'
import { createQuotas, type Quotas } from './quotas.ts'

function takeAll(quotas: Quotas, sender: string, group: string = sender): number {
  let amount = 0
  while (quotas.take({ group, sender }, 1)) amount += 1
  return amount
}

it('gives one sender a half, two senders a third each, and always leaves room for the next', () => {
  const quotas = createQuotas(120)
  expect(takeAll(quotas, 'a')).toBe(60)
  expect(takeAll(quotas, 'b')).toBe(30)
  expect(takeAll(quotas, 'c')).toBe(15)
  quotas.release({ group: 'a', sender: 'a' }, 60)
  expect(takeAll(quotas, 'd')).toBeGreaterThan(30)
  quotas.release({ group: 'b', sender: 'b' }, 30)
  expect(takeAll(quotas, 'b')).toBeGreaterThan(10)
  expect(quotas.taken()).toBeLessThanOrEqual(120)
})

it('gives the senders of one group two thirds in total, and leaves the rest to other groups', () => {
  const quotas = createQuotas(120)
  const many = Array.from({ length: 50 }, (_, at) => takeAll(quotas, `sender ${at}`, 'group'))
  expect(many.reduce((sum, each) => sum + each, 0)).toBe(80)
  expect(takeAll(quotas, 'other')).toBe(20)
})
