/** The same numbers in every run for the same seed. */
export type Random = {
  /** From 0 up to 1, exclusive. */
  readonly next: () => number
  /** A whole number from 0 up to `count`, exclusive. */
  readonly below: (count: number) => number
  /** A whole number; both bounds are included. */
  readonly between: (bounds: { readonly least: number; readonly most: number }) => number
  readonly chance: (probability: number) => boolean
  /** Throws when there is nothing to pick from. */
  readonly pick: <Item>(items: readonly Item[]) => Item
}

/** Mulberry32: small, well distributed, and good enough for tests, benchmarks and the demo. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    between: ({ least, most }) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]) => {
      if (items.length === 0) throw new RangeError('there is nothing to pick from')
      return items[below(items.length)] as Item
    },
  }
}
