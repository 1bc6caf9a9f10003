export type Random = {
  /** Both bounds are included. */
  readonly integer: (bounds: { readonly least: number; readonly most: number }) => number
  readonly pick: <Item>(items: readonly Item[]) => Item
}

/** Mulberry32: small, well distributed, and good enough for a simulated day. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer: Random['integer'] = ({ least, most }) => least + Math.floor(next() * (most - least + 1))
  return {
    integer,
    pick: (items) => {
      const item = items[integer({ least: 0, most: items.length - 1 })]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
