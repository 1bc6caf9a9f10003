import { randomOf } from './market.ts'

export type Random = {
  /** From 0 up to `count`, exclusive. */
  readonly below: (count: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <Value>(values: readonly Value[]) => Value
}

export function createRandom(seed: number): Random {
  const next = randomOf(seed)
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: <Value>(values: readonly Value[]) => {
      if (values.length === 0) throw new RangeError('there is nothing to pick')
      return values[below(values.length)] as Value
    },
  }
}
