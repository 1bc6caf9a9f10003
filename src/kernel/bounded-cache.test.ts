import { expect, it } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

it('keeps entries that are used, and drops entries unused for long', () => {
  const cache = new BoundedCache<number, string>(10)
  for (let key = 0; key < 1_000; key += 1) {
    cache.set(key, `value ${key}`)
    expect(cache.get(0)).toBe('value 0')
  }
  expect(cache.get(999)).toBe('value 999')
  expect(cache.get(500)).toBeUndefined()
})

it('never holds more than twice its generation, and at least one', () => {
  const cache = new BoundedCache<number, number>(10)
  for (let key = 0; key < 1_000; key += 1) cache.set(key, key)
  const held = Array.from({ length: 1_000 }, (_, key) => cache.get(key)).filter((value) => value !== undefined)
  expect(held.length).toBeGreaterThanOrEqual(10)
  expect(held.length).toBeLessThanOrEqual(20)
})

it('returns the newest value, also after the old one has aged, and none after delete or clear', () => {
  const cache = new BoundedCache<string, number>(2)
  cache.set('a', 1)
  cache.set('b', 1)
  cache.set('c', 1)
  cache.set('a', 2)
  expect(cache.get('a')).toBe(2)
  cache.delete('a')
  expect(cache.get('a')).toBeUndefined()
  cache.clear()
  expect(cache.get('c')).toBeUndefined()
})
