import type { Compare } from '../names/align-names.ts'
import { compareTokens, type TokenMatch } from '../names/compare-tokens.ts'
import type { ParsedName } from '../names/parse-name.ts'
import { bitsOf, type Token } from '../names/token.ts'
import { initialsKey, type ListIndex, searchedWords, wholeKey } from './list-index.ts'

/** Words of a query that are looked for in other spellings; the rest of a long one is looked for as it is written. */
const looseWordsMax = 8

export type Candidates = {
  readonly names: readonly number[]
  /** How many there were, before the best `candidatesMax` were taken. */
  readonly count: number
  /** Remembers every two words that were compared. */
  readonly compare: Compare
}

export type Gate = {
  /** Leaves out what our own score would be low for. Otherwise a third of the words is enough. */
  readonly strict: boolean
  readonly candidatesMax: number
}

/** For each name of an index: which words of the query it has, and how many of its own these are. */
type Scratch = { readonly words: Uint32Array; readonly counts: Uint8Array; readonly touched: Uint32Array }
/** Searches do not overlap, so an index needs one. */
const scratches = new WeakMap<ListIndex, Scratch>()

function scratchOf(index: ListIndex): Scratch {
  const known = scratches.get(index)
  if (known !== undefined) return known
  const size = index.names.length
  const made = { words: new Uint32Array(size), counts: new Uint8Array(size), touched: new Uint32Array(size) }
  scratches.set(index, made)
  return made
}

/** Names that share enough words with a query, in any spelling. Whether a name is one depends on nothing but the two. */
export function findCandidates(index: ListIndex, query: ParsedName, { strict, candidatesMax }: Gate): Candidates {
  const compare = remembering()
  const searched = searchedWords(query)
  const { words, counts, touched } = scratchOf(index)
  const end = countWords(index, searched)
  const isPerson = query.kind === 'person'
  const passed: { readonly name: number; readonly rank: number }[] = []
  for (let at = 0; at < end; at += 1) {
    const name = touched[at] ?? 0
    const had = words[name] ?? 0
    const matched = Math.min(counts[name] ?? 0, bitsOf(had))
    const listed = index.words[name] ?? 0
    counts[name] = 0
    words[name] = 0
    if ((index.persons[name] === 1) !== isPerson) continue
    const shorter = Math.min(searched.length, listed)
    const longer = Math.max(searched.length, listed)
    if (strict ? isHopeless({ isPerson, matched, shorter, longer }) : matched * 3 < shorter) continue
    if (strict && matched < shorter && !mayMatchMore(searched, had, { listed: index.names[name]?.parsed, compare }))
      continue
    passed.push({ name, rank: matched / longer })
  }
  for (const name of asWhole(index, query)) {
    if (!passed.some((candidate) => candidate.name === name)) passed.push({ name, rank: 1 })
  }
  const count = passed.length
  if (count > candidatesMax) passed.sort((one, other) => other.rank - one.rank || one.name - other.name)
  return { names: passed.slice(0, candidatesMax).map(({ name }) => name), count, compare }
}

type Shares = {
  readonly isPerson: boolean
  readonly matched: number
  readonly shorter: number
  readonly longer: number
}

/**
 * Whether the score would be low for certain: a word differs on both sides. One word in three is spared, since it may
 * still be found when the names are compared word by word.
 */
function isHopeless({ isPerson, matched, shorter, longer }: Shares): boolean {
  if (matched < (shorter > 2 ? shorter - Math.floor(shorter / 3) : shorter)) return true
  if (isPerson) return (matched === 1 && longer > 1) || matched < personShareMin * longer
  return matched < otherShareMin * longer
}

const personShareMin = 0.22
const otherShareMin = 0.35

type Listed = { readonly listed: ParsedName | undefined; readonly compare: Compare }

/** Words are compared more freely than they are looked for. `had`: the words of the query that were found. */
function mayMatchMore(searched: readonly Token[], had: number, { listed, compare }: Listed): boolean {
  if (bitsOf(had) === searched.length) return true
  return searched.some((word, at) => {
    return (had & (1 << at)) === 0 && listed?.tokens.some((token) => compare(word, token) !== undefined)
  })
}

/** Notes the words that each name has, and returns how many names were touched. */
function countWords(index: ListIndex, searched: readonly Token[]): number {
  const { words, counts, touched } = scratchOf(index)
  const loose = new Set(searched.toSorted(byLength).slice(0, looseWordsMax))
  const wordsOf = new Map<number, number>()
  for (const [at, word] of searched.entries()) {
    for (const { id } of likeTokens(index, word, loose.has(word))) wordsOf.set(id, (wordsOf.get(id) ?? 0) | (1 << at))
    const next = searched[at + 1]
    if (next === undefined) continue
    for (const { id } of index.near.joined(word, next)) wordsOf.set(id, (wordsOf.get(id) ?? 0) | (3 << at))
  }
  let end = 0
  for (const [token, bits] of wordsOf) {
    const until = index.starts[token + 1] ?? 0
    for (let at = index.starts[token] ?? 0; at < until; at += 1) {
      const name = index.postings[at] ?? 0
      const before = words[name] ?? 0
      if (before === 0) {
        touched[end] = name
        end += 1
      }
      words[name] = before | bits
      counts[name] = (counts[name] ?? 0) + 1
    }
  }
  return end
}

function byLength(one: Token, other: Token): number {
  return other.text.length - one.text.length || (one.text < other.text ? -1 : 1)
}

/** The words of the list that are the word, or other spellings of it. */
function likeTokens(index: ListIndex, word: Token, isLoose: boolean): readonly Token[] {
  const itself = index.vocabulary.all[word.id] === word ? [word] : []
  if (!isLoose || word.value !== undefined || (word.text.length === 1 && word.writing === 'letters')) return itself
  return [...itself, ...index.near.of(word)]
}

function remembering(): Compare {
  const memory = new Map<Token, Map<number, TokenMatch | undefined>>()
  return (one, other) => {
    if (one === other) return compareTokens(one, other)
    let known = memory.get(one)
    if (known === undefined) {
      known = new Map()
      memory.set(one, known)
    }
    const before = known.get(other.id)
    if (before !== undefined || known.has(other.id)) return before
    const match = compareTokens(one, other)
    known.set(other.id, match)
    return match
  }
}

/** A key of fewer sounds is shared by names that have nothing in common. */
const keyLengthMin = 4

/** Names that are the query written together or apart, its initials, or what it is the initials of. */
function asWhole(index: ListIndex, query: ParsedName): Set<number> {
  const found = new Set<number>()
  const add = (key: string, keyOf: (parsed: ParsedName) => string | undefined) => {
    for (const name of index.wholes.get(key)) {
      const parsed = index.names[name]?.parsed
      if (parsed?.kind === query.kind && keyOf(parsed) === key) found.add(name)
    }
  }
  const key = wholeKey(query)
  if (key.length >= keyLengthMin) add(key, wholeKey)
  if (query.kind === 'person') return found
  const [first] = query.tokens
  if (first !== undefined && query.tokens.length <= 2 && first.text.length > 2) add(`i${first.text}`, initialsKey)
  const token = index.vocabulary.find({
    text: initialsKey(query)?.slice(1) ?? '',
    writing: 'letters',
    value: undefined,
  })
  if (token === undefined) return found
  for (let at = index.starts[token.id] ?? 0; at < (index.starts[token.id + 1] ?? 0); at += 1) {
    const name = index.postings[at] ?? 0
    const parsed = index.names[name]?.parsed
    if (parsed?.kind === query.kind && parsed.tokens.length <= 2 && parsed.tokens[0] === token) found.add(name)
  }
  return found
}
