import { describe, expect, it } from 'vitest'
import { SlotMap, Slots } from './slots.ts'

const item = (name: string) => ({ name })

describe('slots', () => {
  it('keep the items in them and nothing else', () => {
    const slots = new Slots<{ name: string }>()
    const [one, other] = [item('one'), item('other')]
    const [first, second] = [slots.add(one), slots.add(other)]
    expect(slots.size).toBe(2)
    expect(slots.get(first)).toBe(one)
    expect([...slots.entries()]).toEqual([
      [first, one],
      [second, other],
    ])
    expect(slots.remove(first, one)).toBe(true)
    expect(slots.get(first)).toBeUndefined()
    expect(slots.size).toBe(1)
    expect([...slots.entries()]).toEqual([[second, other]])
  })

  it('are reused, and a removed item does not remove the next one in its slot', () => {
    const slots = new Slots<{ name: string }>()
    const [one, other] = [item('one'), item('other')]
    const slot = slots.add(one)
    slots.remove(slot, one)
    expect(slots.add(other)).toBe(slot)
    expect(slots.remove(slot, one)).toBe(false)
    expect(slots.get(slot)).toBe(other)
    expect(slots.size).toBe(1)
  })

  it('can be emptied while they are iterated', () => {
    const slots = new Slots<{ name: string }>()
    for (const name of ['a', 'b', 'c']) slots.add(item(name))
    const seen: string[] = []
    for (const [slot, one] of slots.entries()) {
      seen.push(one.name)
      slots.remove(slot, one)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(slots.size).toBe(0)
  })
})

describe('slots under keys', () => {
  it('keep one item a key', () => {
    const map = new SlotMap<string, { name: string }>()
    const [one, other] = [item('one'), item('other')]
    map.set('a', one)
    map.set('b', one)
    map.set('a', other)
    expect(map.size).toBe(2)
    expect(map.get('a')).toBe(other)
    expect(map.take('b')).toBe(one)
    expect(map.take('b')).toBeUndefined()
    expect(map.get('b')).toBeUndefined()
    expect([...map.values()]).toEqual([other])
    expect(map.size).toBe(1)
  })
})
