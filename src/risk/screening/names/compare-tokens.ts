import { editCost } from './edit-distance.ts'
import { bitsOf, isSpellingGroup, type Token } from './token.ts'

/** How two words came to match. */
export type Likeness = 'same' | 'spelling' | 'nickname' | 'initial' | 'edited' | 'number' | 'joined' | 'initials'

export type TokenMatch = { readonly cost: number; readonly likeness: Likeness }

const spellingCost = 0.25
const nicknameCost = 0.5
const initialCost = 0.6
const numberCost = 1.6

/** How much two words of a length may differ and still be one word. */
export function mostCost(length: number): number {
  if (length <= 1) return 0
  if (length <= 2) return 1
  if (length <= 5) return 2
  return Math.min(4, 2 + (length - 5) * 0.25)
}

/** Undefined: they are two different words. The cost is about that of one letter for each 1. */
export function compareTokens(one: Token, other: Token): TokenMatch | undefined {
  if (one === other || one.text === other.text) return { cost: 0, likeness: 'same' }
  if (one.value !== undefined || other.value !== undefined) return compareNumbers(one, other)
  if (one.writing === 'signs' && other.writing === 'signs') return undefined
  const shared = one.groups?.find((group) => other.groups?.includes(group) === true)
  if (shared !== undefined) {
    return isSpellingGroup(shared)
      ? { cost: spellingCost, likeness: 'spelling' }
      : { cost: nicknameCost, likeness: 'nickname' }
  }
  if (one.text.length === 1 || other.text.length === 1) {
    return one.text[0] === other.text[0] ? { cost: initialCost, likeness: 'initial' } : undefined
  }
  const bare = isBare(one) || isBare(other)
  const most = mostCost(Math.max(one.text.length, other.text.length)) * (bare ? bareShare : 1)
  if (!bare && lettersLacking(one, other) > most + 1) return undefined
  const cost = editCost(one, other, most)
  return cost <= most ? { cost, likeness: 'edited' } : undefined
}

function compareNumbers(one: Token, other: Token): TokenMatch | undefined {
  if (one.value === undefined || other.value === undefined) return undefined
  return one.value === other.value ? { cost: 0, likeness: 'same' } : { cost: numberCost, likeness: 'number' }
}

/** How many kinds of letters one word has that the other lacks. Most different words are told apart by that. */
function lettersLacking(one: Token, other: Token): number {
  return Math.max(bitsOf(one.mask & ~other.mask), bitsOf(other.mask & ~one.mask))
}

/** Consonants alone say less, so they must fit better. */
const bareShare = 0.5

function isBare({ writing }: Token): boolean {
  return writing === 'no_vowels'
}

/** How much two words may differ for one to be found by the other: less than mostCost where words are short. */
export function nearCost(length: number): number {
  if (length <= 2) return 0.6
  if (length === 3) return 1
  return length === 4 ? 1.5 : 2
}
