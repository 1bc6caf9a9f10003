import type { ListedEntity } from '../entity.ts'
import { identifierKey, identifierKeyMin } from '../entity.ts'
import { type ParsedName, type Part, parseName } from '../names/parse-name.ts'
import { phoneticKey } from '../names/phonetic-key.ts'
import { type Token, Vocabulary } from '../names/token.ts'
import { HashTable } from './hash-table.ts'
import { NearTokens } from './near-tokens.ts'

/** A name of a list, read. `entity` and `name` are places in the entities and in the names of one. */
export type IndexedName = { readonly entity: number; readonly name: number; readonly parsed: ParsedName }

/** Entities to search in. Nothing changes once it is built. */
export type ListIndex = {
  readonly entities: readonly ListedEntity[]
  readonly names: readonly IndexedName[]
  readonly vocabulary: Vocabulary
  /** Of each name: how many words find it, and whether it is a person's (1). */
  readonly words: Uint8Array
  readonly persons: Uint8Array
  /** The names that have a token: those at `postings`, from the start of its id to that of the next. */
  readonly starts: Uint32Array
  readonly postings: Uint32Array
  readonly near: NearTokens
  /** Names by what they are when written together, and by their initials. */
  readonly wholes: HashTable
  /** Entities by their identifiers. */
  readonly identifiers: HashTable
}

/** Initials, titles and particles find nothing by themselves. */
function isSearched(token: Token, part: Part): boolean {
  if (token.text.length === 1 && token.writing === 'letters') return false
  return part !== 'particle' && part !== 'title'
}

/** The words by which a name is found, each once; all words of a name that has no such. */
export function searchedWords({ tokens, parts }: ParsedName): Token[] {
  const searched = tokens.filter((token, at) => isSearched(token, parts[at] ?? 'name'))
  return [...new Set(searched.length > 0 ? searched : tokens)]
}

/** The whole name in one word, as it sounds. */
export function wholeKey({ tokens }: ParsedName): string {
  return `w${phoneticKey(tokens.map(({ text }) => text).join(''))}`
}

export function initialsKey({ tokens, kind }: ParsedName): string | undefined {
  if (kind === 'person' || tokens.length < 3) return undefined
  return `i${tokens.map(({ text }) => text[0]).join('')}`
}

const entitiesAtOnce = 200

/** Builds the index in steps, so that others may work in between: each `next` is a few milliseconds. */
export function* buildIndex(entities: readonly ListedEntity[]): Generator<void, ListIndex> {
  const vocabulary = new Vocabulary()
  const names: IndexedName[] = []
  const shapes = new Map<string, readonly Part[]>()
  for (const [place, entity] of entities.entries()) {
    const kind = entity.kind === 'person' ? 'person' : 'other'
    for (const [at, { text }] of entity.names.entries()) {
      const read = parseName(text, kind, vocabulary)
      if (read.tokens.length === 0) continue
      const shape = read.parts.join()
      const parts = shapes.get(shape) ?? read.parts
      shapes.set(shape, parts)
      names.push({ entity: place, name: at, parsed: { ...read, parts } })
    }
    if (place % entitiesAtOnce === 0) yield
  }
  yield
  const { starts, postings } = postingsOf(names, vocabulary)
  yield
  const near = new NearTokens(vocabulary)
  yield
  const wholes = new HashTable(keysOf(names))
  yield
  const identifiers = new HashTable(identifiersOf(entities))
  const words = Uint8Array.from(names, ({ parsed }) => searchedWords(parsed).length)
  const persons = Uint8Array.from(names, ({ parsed }) => (parsed.kind === 'person' ? 1 : 0))
  return { entities, names, vocabulary, words, persons, starts, postings, near, wholes, identifiers }
}

function postingsOf(names: readonly IndexedName[], vocabulary: Vocabulary) {
  const starts = new Uint32Array(vocabulary.size + 1)
  for (const { parsed } of names) {
    for (const { id } of searchedWords(parsed)) starts[id + 1] = (starts[id + 1] ?? 0) + 1
  }
  for (let token = 0; token < vocabulary.size; token += 1) {
    starts[token + 1] = (starts[token + 1] ?? 0) + (starts[token] ?? 0)
  }
  const postings = new Uint32Array(starts.at(-1) ?? 0)
  const next = starts.slice()
  for (const [name, { parsed }] of names.entries()) {
    for (const { id } of searchedWords(parsed)) {
      const place = next[id] ?? 0
      postings[place] = name
      next[id] = place + 1
    }
  }
  return { starts, postings }
}

function* keysOf(names: readonly IndexedName[]): Iterable<readonly [string, number]> {
  for (const [at, { parsed }] of names.entries()) {
    yield [wholeKey(parsed), at]
    const initials = initialsKey(parsed)
    if (initials !== undefined) yield [initials, at]
  }
}

function* identifiersOf(entities: readonly ListedEntity[]): Iterable<readonly [string, number]> {
  for (const [at, entity] of entities.entries()) {
    for (const { value } of entity.identifiers) {
      const key = identifierKey(value)
      if (key.length >= identifierKeyMin) yield [key, at]
    }
  }
}
