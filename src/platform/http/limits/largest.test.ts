import { expect, it } from 'vitest'
import { createRandom } from '../../../../scripts/random.ts'
import { Largest } from './largest.ts'

it('knows the item with the most, as a count of all does', () => {
  const largest = new Largest<number>()
  const counts = new Map<number, number>()
  const { below } = createRandom(7)
  for (let step = 0; step < 5_000; step += 1) {
    const item = below(20)
    const count = counts.get(item) ?? 0
    const grows = count === 0 || below(100) < (step < 2_500 ? 55 : 40)
    counts.set(item, count + (grows ? 1 : -1))
    expect(grows ? largest.grow(item) : largest.shrink(item)).toBe(counts.get(item))
    const most = Math.max(...counts.values())
    const first = largest.first()
    expect(first === undefined ? 0 : counts.get(first)).toBe(most)
  }
})
