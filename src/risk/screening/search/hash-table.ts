/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/**
 * Numbers by text, eight bytes each. Texts with the same hash are not told apart: whoever asks compares what is found.
 */
export class HashTable {
  readonly #hashes: Uint32Array
  readonly #values: Uint32Array

  constructor(pairs: Iterable<readonly [string, number]>) {
    const hashed = [...pairs].map(([text, value]) => [hashOf(text), value] as const)
    hashed.sort(([one, first], [other, second]) => one - other || first - second)
    this.#hashes = Uint32Array.from(hashed, ([hash]) => hash)
    this.#values = Uint32Array.from(hashed, ([, value]) => value)
  }

  get(text: string): number[] {
    const hash = hashOf(text)
    let low = 0
    let high = this.#hashes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#hashes[middle] ?? 0) < hash) low = middle + 1
      else high = middle
    }
    const values: number[] = []
    for (; this.#hashes[low] === hash; low += 1) values.push(this.#values[low] ?? 0)
    return values
  }
}
