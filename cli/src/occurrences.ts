const digestWords = 4
const tablesCount = 256
const slotsAtFirst = 64

type Table = { readonly digests: Uint32Array; readonly counts: Uint32Array; used: number }

/**
 * Counts how often each digest was given. Takes 27 to 53 bytes per distinct digest, outside the heap; a Map is limited
 * to 16.7 million entries. The digests must be evenly distributed.
 */
export function createOccurrences(): (digest: Buffer) => number {
  const tables = Array.from({ length: tablesCount }, () => createTable(slotsAtFirst))
  return (digest) => {
    // With many tables, only a small part of all entries is copied when one grows.
    const at = digest.readUInt8(digestWords * 4)
    const table = tables[at] as Table
    const words = Array.from({ length: digestWords }, (_, word) => digest.readUInt32LE(word * 4))
    const slot = findSlot(table, words)
    const count = (table.counts[slot] ?? 0) + 1
    table.counts[slot] = count
    if (count > 1) return count
    table.digests.set(words, slot * digestWords)
    table.used += 1
    if (table.used * 4 > table.counts.length * 3) tables[at] = grow(table)
    return count
  }
}

function createTable(slots: number): Table {
  return { digests: new Uint32Array(slots * digestWords), counts: new Uint32Array(slots), used: 0 }
}

function findSlot({ digests, counts }: Table, words: ArrayLike<number>): number {
  const mask = counts.length - 1
  let slot = (words[0] ?? 0) & mask
  while (counts[slot] !== 0) {
    const start = slot * digestWords
    if (
      digests[start] === words[0] &&
      digests[start + 1] === words[1] &&
      digests[start + 2] === words[2] &&
      digests[start + 3] === words[3]
    ) {
      return slot
    }
    slot = (slot + 1) & mask
  }
  return slot
}

function grow(table: Table): Table {
  const larger = createTable(table.counts.length * 2)
  for (const [slot, count] of table.counts.entries()) {
    if (count === 0) continue
    const words = table.digests.subarray(slot * digestWords, (slot + 1) * digestWords)
    const place = findSlot(larger, words)
    larger.digests.set(words, place * digestWords)
    larger.counts[place] = count
  }
  larger.used = table.used
  return larger
}
