/** Which hashes were added, in little room: of those that were not, about one in 400 is taken for one when a million were. */
export type HashFilter = { readonly add: (hash: Buffer) => void; readonly has: (hash: Buffer) => boolean }

/** Two MiB, whatever is added. */
const placesMax = 2 ** 24
const offsets = [0, 4, 8, 12] as const

/** A Bloom filter: each part of a hash, which is as good as random, names a bit. */
export function createHashFilter(): HashFilter {
  const bits = new Uint8Array(placesMax / 8)
  const placeOf = (hash: Buffer, offset: number) => hash.readUInt32BE(offset) % placesMax
  return {
    add: (hash) => {
      for (const offset of offsets) {
        const place = placeOf(hash, offset)
        bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7))
      }
    },
    has: (hash) =>
      offsets.every((offset) => {
        const place = placeOf(hash, offset)
        return ((bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0
      }),
  }
}
