const lengthMax = 640
const prefixMax = 5
const taken = new Uint8Array(lengthMax)
const matched = new Uint16Array(lengthMax)

type Pair = { readonly one: string; readonly other: string }

/** Jaro's similarity, from 0 to 1; half transpositions count as such. Of each at most `lengthMax` signs are compared. */
function jaro({ one, other }: Pair): number {
  const left = Math.min(one.length, lengthMax)
  const right = Math.min(other.length, lengthMax)
  if (left === 0 || right === 0) return 0
  const reach = Math.max(0, Math.floor(Math.max(left, right) / 2) - 1)
  taken.fill(0, 0, right)
  let matches = 0
  for (let at = 0; at < left; at += 1) {
    const code = one.charCodeAt(at)
    const end = Math.min(right - 1, at + reach)
    for (let to = Math.max(0, at - reach); to <= end; to += 1) {
      if (taken[to] === 1 || other.charCodeAt(to) !== code) continue
      taken[to] = 1
      matched[matches] = code
      matches += 1
      break
    }
  }
  if (matches === 0) return 0
  let order = 0
  let transposed = 0
  for (let to = 0; to < right; to += 1) {
    if (taken[to] !== 1) continue
    if (matched[order] !== other.charCodeAt(to)) transposed += 1
    order += 1
  }
  return (matches / left + matches / right + (matches - transposed / 2) / matches) / 3
}

/** With Winkler's addition for a common beginning, of up to five signs, however little the rest is alike. */
export function jaroWinkler(pair: Pair): number {
  const plain = jaro(pair)
  if (plain === 0) return 0
  const end = Math.min(prefixMax, pair.one.length, pair.other.length)
  let prefix = 0
  while (prefix < end && pair.one.charCodeAt(prefix) === pair.other.charCodeAt(prefix)) prefix += 1
  return plain + prefix * 0.1 * (1 - plain)
}
