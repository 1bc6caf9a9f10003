import { wordLengthMax } from './clean-words.ts'
import type { Token } from './token.ts'

const width = wordLengthMax * 3 + 1
const rows = [new Float64Array(width), new Float64Array(width), new Float64Array(width)] as const

const vowels = new Set('aeiouy')
const cheap = new Map<string, number>()
const pairsByCost: readonly (readonly [number, string])[] = [
  [0.3, 'iy'],
  [0.5, 'jy vw kq ck kx sz cs fv bp dt gj gk gq gh bv uv uw mn'],
  // Digits in place of letters that look like them.
  [0.4, 'o0 i1 l1 e3 a4 s5 b6 t7 b8 g9 z2'],
]
for (const [cost, pairs] of pairsByCost) {
  for (const pair of pairs.split(' ')) {
    cheap.set(pair, cost)
    cheap.set(`${pair[1]}${pair[0]}`, cost)
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const size = 36
const substitution = new Float64Array(size * size).fill(1)
const single = new Float64Array(size).fill(1)
for (const [row, one] of [...letters].entries()) {
  for (const [column, other] of [...letters].entries()) {
    const bothVowels = vowels.has(one) && vowels.has(other)
    const cost = one === other ? 0 : (cheap.get(one + other) ?? (bothVowels ? 0.8 : 1))
    substitution[row * size + column] = cost
  }
  if (one === 'h') single[row] = 0.5
  else if (vowels.has(one)) single[row] = 0.85
}
const doubled = 0.35
const swap = 0.9

function place(code: number): number {
  return code >= 97 ? code - 97 : code - 22
}

/**
 * The least cost to turn one word into the other, by letters put in, left out, replaced, and neighbors swapped. What
 * differs between spellings of one sound costs less than one: v and w, a doubled letter, an h. More than `most` is
 * not counted on. Without vowels in the writing of one of them, vowels cost little.
 */
export function editCost(one: Token, other: Token, most: number): number {
  return textCost(
    { one: one.text, other: other.text },
    one.writing === 'no_vowels' || other.writing === 'no_vowels',
    most,
  )
}

type Texts = { readonly one: string; readonly other: string }

export function textCost({ one, other }: Texts, bare: boolean, most: number): number {
  if (one === other) return 0
  if (one.length >= width || other.length >= width) return Number.POSITIVE_INFINITY
  let [before, last, row] = rows as readonly [Float64Array, Float64Array, Float64Array]
  last[0] = 0
  for (let column = 1; column <= other.length; column += 1) {
    last[column] = (last[column - 1] ?? 0) + gapCost(other, column - 1, bare)
  }
  for (let at = 1; at <= one.length; at += 1) {
    const least = fillRow({ one, other, at, bare }, { before, last, row })
    if (least > most) return Number.POSITIVE_INFINITY
    const free = before
    before = last
    last = row
    row = free
  }
  return last[other.length] ?? Number.POSITIVE_INFINITY
}

type Place = Texts & { readonly at: number; readonly bare: boolean }
type Rows = { readonly before: Float64Array; readonly last: Float64Array; readonly row: Float64Array }

/** Returns the least cost of the row. */
function fillRow({ one, other, at, bare }: Place, { before, last, row }: Rows): number {
  const code = one.charCodeAt(at - 1)
  const earlier = at > 1 ? one.charCodeAt(at - 2) : 0
  const gone = gapCost(one, at - 1, bare)
  let least = (last[0] ?? 0) + gone
  row[0] = least
  for (let column = 1; column <= other.length; column += 1) {
    const against = other.charCodeAt(column - 1)
    let cost = (last[column - 1] ?? 0) + replaceCost(place(code) * size + place(against), bare)
    const removed = (last[column] ?? 0) + gone
    if (removed < cost) cost = removed
    const added = (row[column - 1] ?? 0) + gapCost(other, column - 1, bare)
    if (added < cost) cost = added
    if (column > 1 && earlier === against && code !== against && other.charCodeAt(column - 2) === code) {
      cost = Math.min(cost, (before[column - 2] ?? 0) + swap)
    }
    row[column] = cost
    if (cost < least) least = cost
  }
  return least
}

function gapCost(text: string, at: number, bare: boolean): number {
  const code = text.charCodeAt(at)
  const cost = single[place(code)] ?? 1
  if (bare && (cost < 1 || code === 119)) return 0.15
  return at > 0 && code === text.charCodeAt(at - 1) ? doubled : cost
}

/** Arabic writes p as b, and uses w and y for vowels. */
function replaceCost(pair: number, bare: boolean): number {
  const cost = substitution[pair] ?? 1
  return bare && cost < 1 ? cost * 0.5 : cost
}
