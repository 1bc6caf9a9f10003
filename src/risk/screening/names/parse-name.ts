import { type CleanWord, cleanWords } from './clean-words.ts'
import { type LegalForm, takeLegalForms } from './legal-forms.ts'
import { isTens, numberOf } from './numbers.ts'
import type { Token, Vocabulary } from './token.ts'
import { countryWords, descents, genericWords, particles, stopWords, titles } from './word-tables.ts'

/** How a name is read: the parts of a person's name, or the words of any other. */
export type NameKind = 'person' | 'other'

/** What a word does in its name. Only the words of `name` are what somebody is called. */
export type Part = 'name' | 'generic' | 'number' | 'title' | 'particle' | 'aside'

export type ParsedName = {
  readonly kind: NameKind
  readonly tokens: readonly Token[]
  readonly parts: readonly Part[]
  /** `bin` or another word of descent stands between two names. */
  readonly chain: number
  readonly form: LegalForm | undefined
  readonly truncated: boolean
}

type Read = { readonly word: CleanWord; readonly part: Part; readonly value?: number }

/** Reads a name into tokens of a vocabulary. The order is that of speech: `LAST, First` becomes First LAST. */
export function parseName(text: string, kind: NameKind, vocabulary: Vocabulary): ParsedName {
  const clean = cleanWords(text)
  const swapped =
    kind === 'person' && clean.beforeComma > 0
      ? [...clean.words.slice(clean.beforeComma), ...clean.words.slice(0, clean.beforeComma)]
      : clean.words
  const { read, form } = kind === 'person' ? readPerson(swapped) : readOther(swapped)
  const tokens = read.map(({ word, value }) => vocabulary.intern({ text: word.text, writing: word.writing, value }))
  const parts = read.map(({ part }) => part)
  return { kind, tokens, parts, chain: chainOf(tokens), form, truncated: clean.truncated }
}

function readPerson(words: readonly CleanWord[]): { read: Read[]; form: undefined } {
  const read: Read[] = []
  for (const word of joinedServants(words)) {
    const particle = word.text.length > 1 || !word.dotted ? particles.get(word.text) : undefined
    if (particle !== undefined) read.push({ word: { ...word, text: particle }, part: 'particle' })
    else read.push({ word, part: titles.has(word.text) ? 'title' : 'name' })
  }
  if (read.some(({ part }) => part === 'name')) return { read, form: undefined }
  return { read: read.map(({ word }) => ({ word, part: 'name' })), form: undefined }
}

const servants = new Set(['abd', 'abdul', 'abdel', 'abdal', 'abdol', 'abdur', 'abdu', 'abed', 'abdoul'])
const joinedServant = /^(?:abd|abed)(?:[aeou]l|u?[rsnz](?=[rsnz]))(?=[a-z]{3})/

/** Abd al-Rahman, Abdul Rahman and Abdurrahman are one name, of one word here. */
function joinedServants(words: readonly CleanWord[]): CleanWord[] {
  const joined: CleanWord[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined) break
    const article = particles.get(words[at + 1]?.text ?? '') === 'al' ? 1 : 0
    const next = words[at + 1 + article]
    if (servants.has(word.text) && next !== undefined && next.text.length > 2) {
      joined.push({ ...word, text: `abdul${next.text}` })
      at += 1 + article
    } else if (joinedServant.test(word.text)) joined.push({ ...word, text: word.text.replace(joinedServant, 'abdul') })
    else joined.push(word)
  }
  return joined
}

function readOther(words: readonly CleanWord[]): { read: Read[]; form: LegalForm | undefined } {
  const merged = joinedInitials(words).flatMap(spelledOut)
  const { words: left, form } = takeLegalForms(merged.map(({ text }) => text))
  const read: Read[] = []
  let at = 0
  for (const text of left) {
    while (at < merged.length && merged[at]?.text !== text) at += 1
    const word = merged[at] ?? { text, writing: 'letters', aside: false, dotted: false }
    at += 1
    const value = numberOf(text, read.length > 0)
    const before = read.at(-1)
    if (value !== undefined && value < 10 && isTens(before?.value)) {
      const sum = (before?.value ?? 0) + value
      read[read.length - 1] = { word: { ...word, text: String(sum) }, part: 'number', value: sum }
    } else if (value !== undefined) read.push({ word, part: 'number', value })
    else if (!stopWords.has(text)) read.push({ word, part: partOf(word) })
  }
  if (read.length === 0) return { read: merged.map((word) => ({ word, part: 'name' })), form: undefined }
  return { read, form }
}

function spelledOut(word: CleanWord): readonly CleanWord[] {
  return countryWords.get(word.text)?.map((text) => ({ ...word, text })) ?? [word]
}

function partOf(word: CleanWord): Part {
  if (word.aside) return 'aside'
  return genericWords.has(word.text) ? 'generic' : 'name'
}

/** A.B.C. and A B C become ABC, unless they are the letters of a legal form, which is looked for afterwards. */
function joinedInitials(words: readonly CleanWord[]): CleanWord[] {
  const joined: CleanWord[] = []
  let run: CleanWord[] = []
  const endRun = () => {
    const [first] = run
    if (first === undefined) return
    const text = run.map((word) => word.text).join('')
    if (run.length === 1 || takeLegalForms(['x', ...run.map((word) => word.text)]).form !== undefined)
      joined.push(...run)
    else joined.push({ ...first, text })
    run = []
  }
  for (const word of words) {
    if (word.text.length === 1 && word.writing === 'letters' && /[a-z]/.test(word.text)) run.push(word)
    else {
      endRun()
      joined.push(word)
    }
  }
  endRun()
  return joined
}

/** Where a word of descent stands between two others; -1: nowhere. */
function chainOf(tokens: readonly Token[]): number {
  return tokens.findIndex((token, at) => at > 0 && at < tokens.length - 1 && descents.has(token.text))
}
