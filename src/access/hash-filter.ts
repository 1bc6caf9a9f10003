/** With a million hashes added, about one in 500 other hashes also counts as added. */
export type HashFilter = { readonly add: (hash: Buffer) => void; readonly has: (hash: Buffer) => boolean }

const placesMax = 2 ** 24
const offsets = [0, 4, 8, 12] as const

/** A Bloom filter. Hashes are random enough for each part of one to select a bit. */
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
