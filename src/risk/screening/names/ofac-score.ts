import { toAscii } from '#platform/transliteration'
import { readable, wordsMax } from './clean-words.ts'
import { jaroWinkler } from './jaro-winkler.ts'

/** Pairs of words less alike count as not alike at all. */
const wordsFloor = 0.5
/** So do words of which one is much shorter. */
const lengthsFloor = 0.6
/** Words of a query this short are left out, unless it has no other. */
const shortMax = 2

/** A name as this score compares it: punctuation stays in the whole, and the order is that of the list. */
export type OfacName = { readonly whole: string; readonly words: readonly string[] }

/** The form that is compared as a whole; the rest of an `OfacName` follows from it. */
export function ofacWhole(text: string): string {
  return toAscii(readable(text)).toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

export function ofacName(whole: string): OfacName {
  const words = whole.replaceAll("'", '').match(/[a-z0-9]+/g) ?? []
  return { whole, words: words.slice(0, wordsMax) }
}

/** The words of a query that count. */
export function ofacQueryWords({ words }: OfacName): readonly string[] {
  const long = words.filter((word) => word.length > shortMax)
  return long.length > 0 ? long : words
}

/** How like two words are; 0: not alike at all. */
export function ofacLikeness(word: { readonly one: string; readonly other: string }): number {
  const { length } = word.one
  const against = word.other.length
  if (Math.min(length, against) < lengthsFloor * Math.max(length, against)) return 0
  const likeness = jaroWinkler(word)
  return likeness < wordsFloor ? 0 : likeness
}

/**
 * What the search of OFAC would say about a query and a name, from 0 to 100, as far as it is known: the larger of the
 * likeness of the whole strings, if they begin alike, and the average of the best likeness of each word of the query.
 */
export function ofacScore(query: OfacName, name: OfacName): number {
  return Math.round(Math.max(wholeScore(query, name), wordsScore(query, name)) * 100)
}

function wholeScore(query: OfacName, name: OfacName): number {
  if (query.whole === '' || query.whole[0] !== name.whole[0]) return 0
  return jaroWinkler({ one: query.whole, other: name.whole })
}

function wordsScore(query: OfacName, name: OfacName): number {
  const words = ofacQueryWords(query)
  if (words.length === 0) return 0
  let sum = 0
  for (const word of words) {
    let best = 0
    for (const against of name.words) best = Math.max(best, ofacLikeness({ one: word, other: against }))
    sum += best
  }
  return sum / words.length
}
