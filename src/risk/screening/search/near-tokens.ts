import { BoundedCache } from '#kernel'
import { compareTokens, nearCost } from '../names/compare-tokens.ts'
import { textCost } from '../names/edit-distance.ts'
import { phoneticKey } from '../names/phonetic-key.ts'
import type { Token, Vocabulary } from '../names/token.ts'
import { HashTable } from './hash-table.ts'

const remembered = 4096
/** Bits of a word of the machine: longer words are found by their sound or as they are. */
const lengthMax = 31
const signs = 36
const joinedLengthMin = 5

/**
 * Finds the words of a vocabulary that may be another spelling of a word. All words of about its length are passed
 * over, three times: by the letters that occur in them, by how many letters are to be changed, and by what such a
 * change costs. What is left of each time is a small part. Words that sound the same are looked up.
 */
export class NearTokens {
  readonly #vocabulary: Vocabulary
  /** Sorted by length. */
  readonly #tokens: Uint32Array
  readonly #masks: Int32Array
  /** Where the tokens of each length begin. */
  readonly #starts: Uint32Array
  readonly #letters: Uint8Array
  readonly #places: Uint32Array
  readonly #bySound: HashTable
  readonly #byGroup = new Map<number, Token[]>()
  readonly #known = new BoundedCache<string, readonly Token[]>(remembered)
  readonly #patterns = new Int32Array(signs)

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
    const sorted = vocabulary.all.toSorted((one, other) => one.text.length - other.text.length || one.id - other.id)
    this.#tokens = Uint32Array.from(sorted, ({ id }) => id)
    this.#masks = Int32Array.from(sorted, ({ mask }) => mask)
    this.#starts = new Uint32Array((sorted.at(-1)?.text.length ?? 0) + 2)
    this.#places = new Uint32Array(sorted.length + 1)
    for (const [at, { text }] of sorted.entries()) {
      this.#starts[text.length + 1] = at + 1
      this.#places[at + 1] = (this.#places[at] ?? 0) + text.length
    }
    for (let length = 1; length < this.#starts.length; length += 1) {
      this.#starts[length] = Math.max(this.#starts[length] ?? 0, this.#starts[length - 1] ?? 0)
    }
    this.#letters = new Uint8Array(this.#places.at(-1) ?? 0)
    for (const [at, { text }] of sorted.entries()) {
      const start = this.#places[at] ?? 0
      for (let letter = 0; letter < text.length; letter += 1) this.#letters[start + letter] = signOf(text, letter)
    }
    this.#bySound = new HashTable(vocabulary.all.filter(isSounding).map(({ key, id }) => [key, id] as const))
    for (const token of vocabulary.all) {
      for (const group of token.groups ?? []) this.#byGroup.set(group, [...(this.#byGroup.get(group) ?? []), token])
    }
  }

  /** Other words than itself. */
  of(word: Token): readonly Token[] {
    const name = `${word.writing} ${word.text}`
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const found = this.#find(word)
    this.#known.set(name, found)
    return found
  }

  /** Words that are two words written together, or sound like that. */
  joined(first: Token, second: Token): readonly Token[] {
    const text = first.text + second.text
    if (first.value !== undefined || second.value !== undefined || text.length < joinedLengthMin) return []
    const candidates = this.#bySound.get(phoneticKey(text)).flatMap((id) => this.#vocabulary.all[id] ?? [])
    return candidates.filter((token) => textCost({ one: text, other: token.text }, false, 1) <= 1)
  }

  #find(word: Token): readonly Token[] {
    const found = new Set<Token>()
    for (const group of word.groups ?? []) for (const token of this.#byGroup.get(group) ?? []) found.add(token)
    const consider = (id: number) => {
      const token = this.#vocabulary.all[id]
      if (token === undefined || token.text.length < 2 || found.has(token)) return
      const match = compareTokens(word, token)
      if (match !== undefined && match.cost <= nearCost(Math.max(word.text.length, token.text.length))) found.add(token)
    }
    for (const key of soundsOf(word)) for (const id of this.#bySound.get(key)) consider(id)
    if (word.text.length <= lengthMax) for (const at of this.#withLetters(word)) consider(this.#tokens[at] ?? 0)
    found.delete(word)
    return [...found].filter(({ text, writing }) => text !== word.text || writing !== word.writing)
  }

  /** The places of words that are made of the word by few changes. */
  #withLetters(word: Token): number[] {
    const { length } = word.text
    const most: Most = length <= 3 ? 1 : length <= 7 ? 2 : 3
    const longest = this.#starts.length - 2
    const begin = this.#starts[Math.min(longest + 1, Math.max(1, length - most))] ?? 0
    const end = this.#starts[Math.min(longest, length + most) + 1] ?? 0
    this.#patterns.fill(0)
    for (let at = 0; at < length; at += 1) {
      const sign = signOf(word.text, at)
      this.#patterns[sign] = (this.#patterns[sign] ?? 0) | (1 << at)
    }
    const found: number[] = []
    for (let at = begin; at < end; at += 1) {
      const mask = this.#masks[at] ?? 0
      if (!hasFewBits(word.mask & ~mask, most) || !hasFewBits(mask & ~word.mask, most)) continue
      if (this.#changes(at, word) <= most) found.push(at)
    }
    return found
  }

  /** The number of letters to be changed, by Myers' method: a column of the table in one word of the machine. */
  #changes(at: number, { text: { length } }: Token): number {
    const last = 1 << (length - 1)
    const end = this.#places[at + 1] ?? 0
    let positive = -1
    let negative = 0
    let score = length
    for (let place = this.#places[at] ?? 0; place < end; place += 1) {
      const equal = this.#patterns[this.#letters[place] ?? 0] ?? 0
      const vertical = equal | negative
      const horizontal = (((equal & positive) + positive) ^ positive) | equal
      let plus = negative | ~(horizontal | positive)
      let minus = positive & horizontal
      if ((plus & last) !== 0) score += 1
      else if ((minus & last) !== 0) score -= 1
      plus = (plus << 1) | 1
      minus <<= 1
      positive = minus | ~(vertical | plus)
      negative = plus & vertical
    }
    return score
  }
}

function signOf(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 97 ? code - 97 : code - 22
}

function isSounding({ key }: Token): boolean {
  return key.length >= 2
}

/** Without vowels it is not seen whether a word begins with one. */
function soundsOf(word: Token): readonly string[] {
  if (word.writing === 'no_vowels') return word.key.length >= 2 ? [word.key, `a${word.key}`] : []
  return isSounding(word) ? [word.key] : []
}

type Most = 1 | 2 | 3

function hasFewBits(bits: number, most: Most): boolean {
  let left = bits & (bits - 1)
  left &= left - 1
  if (most >= 3) left &= left - 1
  return most <= 1 ? (bits & (bits - 1)) === 0 : left === 0
}
