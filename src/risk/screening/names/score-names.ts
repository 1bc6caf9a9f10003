import { type Alignment, alignNames, type Compare, type Pairing } from './align-names.ts'
import { formsConflict } from './legal-forms.ts'
import type { ParsedName, Part } from './parse-name.ts'

/** Why a score is not 1. */
export type Deduction = {
  readonly reason:
    | 'spelling'
    | 'words_differ'
    | 'words_missing'
    | 'one_word_only'
    | 'initials_only'
    | 'legal_form'
    | 'order'
    | 'abbreviation'
    | 'general_words_only'
  /** The score is multiplied by it. */
  readonly factor: number
}

export type NameScore = {
  /** From 0 to 1. */
  readonly score: number
  readonly alignment: Alignment
  readonly deductions: readonly Deduction[]
}

/** What a word weighs in a name. */
const weights: Readonly<Record<Part, number>> = {
  name: 1,
  generic: 0.7,
  number: 0.4,
  title: 0.1,
  particle: 0.1,
  aside: 0.5,
}

/** How like two names are, and why. `compare` may remember what it has compared. */
export function scoreNames(left: ParsedName, right: ParsedName, compare?: Compare): NameScore {
  const alignment = alignNames(left, right, compare)
  const deductions = alignment.pairings.length === 0 ? [] : deductionsOf(left, right, alignment)
  const score = alignment.pairings.length === 0 ? 0 : deductions.reduce((product, { factor }) => product * factor, 1)
  const abbreviated = abbreviation(left, right)
  if (abbreviated > score) {
    const deduction: Deduction = { reason: 'abbreviation', factor: abbreviated }
    return { score: abbreviated, alignment, deductions: [deduction] }
  }
  return { score, alignment, deductions }
}

function deductionsOf(left: ParsedName, right: ParsedName, alignment: Alignment): Deduction[] {
  const deductions: Deduction[] = []
  const deduct = (reason: Deduction['reason'], factor: number) => {
    if (factor < 1) deductions.push({ reason, factor: Math.max(0, factor) })
  }
  const matched = matchedWeight(left, right, alignment.pairings)
  deduct('spelling', spellingFactor(left, right, alignment.pairings))
  const leftAlone = weightOf(left, alignment.leftAlone)
  const rightAlone = weightOf(right, alignment.rightAlone)
  const differing = Math.min(leftAlone, rightAlone)
  if (differing > 0.15) deduct('words_differ', differFactor({ matched, differing }))
  const missing = Math.max(leftAlone, rightAlone) - differing
  if (missing > 0) deduct('words_missing', missingFactor({ kind: left.kind, matched, missing }))
  if (left.kind === 'person') personDeductions(left, right, alignment, deduct)
  else {
    if (formsConflict(left.form, right.form)) deduct('legal_form', 0.8)
    const named = alignment.pairings.some(({ left: places }) => places.some((at) => left.parts[at] === 'name'))
    if (!named && leftAlone + rightAlone > 0) deduct('general_words_only', 0.6)
  }
  return deductions
}

type Deduct = (reason: Deduction['reason'], factor: number) => void

function personDeductions(left: ParsedName, right: ParsedName, { pairings }: Alignment, deduct: Deduct): void {
  const named = pairings.filter(({ left: places }) => places.some((at) => left.parts[at] === 'name'))
  const whole = named.filter(({ likeness }) => likeness !== 'initial' && likeness !== 'initials')
  const words = named.reduce((sum, pairing) => sum + Math.max(pairing.left.length, pairing.right.length), 0)
  if (whole.length === 0) deduct('initials_only', 0.5)
  const most = Math.max(countNamed(left), countNamed(right))
  if (words === 1 && most > 1) deduct('one_word_only', 0.6)
  if (isReversed(left, right, pairings)) deduct('order', 0.65)
}

function countNamed(name: ParsedName): number {
  return name.parts.filter((part) => part === 'name').length
}

/** A, the child of B, is not B, the child of A. */
function isReversed(left: ParsedName, right: ParsedName, pairings: readonly Pairing[]): boolean {
  if (left.chain < 0 || right.chain < 0) return false
  const before = pairings.some(({ left: one, right: other }) => {
    return isNamed(left, one) && (one[0] ?? 0) < left.chain && (other[0] ?? 0) > right.chain
  })
  const after = pairings.some(({ left: one, right: other }) => {
    return isNamed(left, one) && (one[0] ?? 0) > left.chain && (other[0] ?? 0) < right.chain
  })
  return before && after
}

function isNamed(name: ParsedName, places: readonly number[]): boolean {
  return places.some((at) => name.parts[at] === 'name')
}

function weightOf(name: ParsedName, places: readonly number[]): number {
  return places.reduce((sum, at) => sum + weights[name.parts[at] ?? 'name'], 0)
}

function matchedWeight(left: ParsedName, right: ParsedName, pairings: readonly Pairing[]): number {
  return pairings.reduce(
    (sum, pairing) => sum + Math.max(weightOf(left, pairing.left), weightOf(right, pairing.right)),
    0,
  )
}

/**
 * Slips and other spellings are counted over the whole name: a reader forgives about two letters in a name of two or
 * three words, hardly more in a longer one, and less in a very short one.
 */
function spellingFactor(left: ParsedName, right: ParsedName, pairings: readonly Pairing[]): number {
  let cost = 0
  let length = 0
  for (const pairing of pairings) {
    cost += pairing.cost
    length += Math.max(lengthOf(left, pairing.left), lengthOf(right, pairing.right))
  }
  const forgiven = Math.min(3.5, length < 9 ? 0.25 * length : 2.25 + (length - 9) * 0.04)
  return cost === 0 ? 1 : 1 - (0.3 * cost) / forgiven
}

function lengthOf(name: ParsedName, places: readonly number[]): number {
  return places.reduce((sum, at) => sum + (name.tokens[at]?.text.length ?? 0), 0)
}

/** Both have a word that the other lacks. */
function differFactor({ matched, differing }: { readonly matched: number; readonly differing: number }): number {
  return 0.64 * (matched / (matched + differing * 0.5))
}

function missingFactor({
  kind,
  matched,
  missing,
}: {
  kind: ParsedName['kind']
  matched: number
  missing: number
}): number {
  const share = missing / (matched + missing)
  return kind === 'person' ? 1 - 0.45 * share : 1 - 0.95 * share
}

/** PLA for People's Liberation Army. */
function abbreviation(left: ParsedName, right: ParsedName): number {
  if (left.kind === 'person') return 0
  return Math.max(abbreviates(left, right), abbreviates(right, left))
}

function abbreviates(short: ParsedName, long: ParsedName): number {
  if (long.tokens.length < 3 || short.tokens.length > 2) return 0
  const initials = long.tokens.map(({ text }) => text[0]).join('')
  return short.tokens[0]?.text === initials ? (short.tokens.length === 1 ? 0.78 : 0.72) : 0
}
