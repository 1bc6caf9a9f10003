import type { Writing } from './clean-words.ts'
import { phoneticKey } from './phonetic-key.ts'
import { nameGroups } from './word-tables.ts'

/** A word of a name. Equal words are one object within a vocabulary, so that names share them. */
export type Token = {
  readonly id: number
  readonly text: string
  readonly writing: Writing
  readonly key: string
  /** The groups of names that the word belongs to; undefined for most words. */
  readonly groups: readonly number[] | undefined
  /** The letters that occur, a bit for each. */
  readonly mask: number
  /** What a number in words, digits or Roman numerals says. */
  readonly value: number | undefined
}

const groupsOf = new Map<string, number[]>()
for (const [group, { names }] of nameGroups.entries()) {
  for (const name of names) groupsOf.set(name, [...(groupsOf.get(name) ?? []), group])
}

export function isSpellingGroup(group: number): boolean {
  return nameGroups[group]?.isSpelling === true
}

/** a to z, and one bit for all digits. */
export function maskOf(text: string): number {
  let mask = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at) - 97
    mask |= 1 << (code >= 0 ? code : 26)
  }
  return mask
}

export function bitsOf(mask: number): number {
  let bits = 0
  for (let left = mask; left !== 0; left &= left - 1) bits += 1
  return bits
}

/** The words of all names of a list, or those of one query that the list does not have. */
export class Vocabulary {
  readonly #tokens = new Map<string, Token>()
  readonly #base: Vocabulary | undefined
  readonly all: Token[] = []

  /** `base` is not changed; words that it lacks get ids of their own, from its size on. */
  constructor(base?: Vocabulary) {
    this.#base = base
  }

  find(word: Word): Token | undefined {
    return this.#tokens.get(wordKey(word)) ?? this.#base?.find(word)
  }

  intern(word: Word): Token {
    const known = this.find(word)
    if (known !== undefined) return known
    const { text, writing, value } = word
    const id = (this.#base?.size ?? 0) + this.all.length
    const key = value === undefined ? phoneticKey(text) : ''
    const token: Token = { id, text, writing, key, groups: groupsOf.get(text), mask: maskOf(text), value }
    this.#tokens.set(wordKey(word), token)
    this.all.push(token)
    return token
  }

  get size(): number {
    return (this.#base?.size ?? 0) + this.all.length
  }
}

export type Word = { readonly text: string; readonly writing: Writing; readonly value: number | undefined }

function wordKey({ text, writing, value }: Word): string {
  if (value !== undefined) return `${text}=${value}`
  return writing === 'letters' ? text : `${text}/${writing}`
}
