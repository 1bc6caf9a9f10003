import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Linked, LinkedList } from './linked-list.ts'

class Numbered extends Linked {
  readonly number: number

  constructor(number: number) {
    super()
    this.number = number
  }
}

it('keeps the order of a Set as items leave and return', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 7 })), (picks) => {
      const items = Array.from({ length: 8 }, (_, number) => new Numbered(number))
      const list = new LinkedList<Numbered>()
      const model = new Set<Numbered>()
      for (const pick of picks) {
        const item = items[pick] as Numbered
        if (model.delete(item)) list.remove(item)
        else {
          model.add(item)
          list.push(item)
        }
        expect([...list]).toEqual([...model])
        expect(list.first).toBe([...model][0])
      }
    }),
  )
})

it('allows removing the current item while iterating', () => {
  const list = new LinkedList<Numbered>()
  for (const number of [1, 2, 3]) list.push(new Numbered(number))
  const seen: number[] = []
  for (const item of list) {
    seen.push(item.number)
    list.remove(item)
  }
  expect(seen).toEqual([1, 2, 3])
  expect(list.first).toBeUndefined()
})
