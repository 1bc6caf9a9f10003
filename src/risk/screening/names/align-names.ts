import { assign } from './assign.ts'
import { compareTokens, type Likeness, mostCost, type TokenMatch } from './compare-tokens.ts'
import { textCost } from './edit-distance.ts'
import type { ParsedName } from './parse-name.ts'
import type { Token } from './token.ts'

/** Words of one side that were found to be words of the other; several on one side, when they are written together. */
export type Pairing = {
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly cost: number
  readonly likeness: Likeness
}

export type Alignment = {
  readonly pairings: readonly Pairing[]
  readonly leftAlone: readonly number[]
  readonly rightAlone: readonly number[]
}

export type Compare = (one: Token, other: Token) => TokenMatch | undefined

const alone = 2

/** The words of two names side by side, so that the whole costs least. `compare` may remember what it has compared. */
export function alignNames(left: ParsedName, right: ParsedName, compare: Compare = compareTokens): Alignment {
  const pairings: Pairing[] = []
  const lefts = left.tokens.map((_, at) => at)
  const rights = right.tokens.map((_, at) => at)
  takeEqual({ left, right, lefts, rights, pairings })
  takeJoined({ left, right, lefts, rights, pairings })
  const found = pairsOf({ left, right, lefts, rights, compare })
  pairings.push(...found)
  const isFree = (side: 'left' | 'right') => (at: number) => !found.some((pairing) => pairing[side][0] === at)
  return { pairings, leftAlone: lefts.filter(isFree('left')), rightAlone: rights.filter(isFree('right')) }
}

type Rest = Omit<Sides, 'pairings'> & { readonly compare: Compare }

/** The best pairs of single words. Words that are like no other are left out before the best pairs are worked out. */
function pairsOf({ left, right, lefts, rights, compare }: Rest): Pairing[] {
  const possible: { readonly at: number; readonly to: number; readonly match: TokenMatch }[] = []
  for (const at of lefts) {
    for (const to of rights) {
      const match = compareParts(left, right, { at, to, compare })
      if (match !== undefined) possible.push({ at, to, match })
    }
  }
  const rows = [...new Set(possible.map(({ at }) => at))]
  const columns = [...new Set(possible.map(({ to }) => to))]
  const chosen = possible.length <= 1 ? possible : bestOf(possible, { rows, columns })
  return chosen.map(({ at, to, match }) => ({ left: [at], right: [to], ...match }))
}

type Possible = { readonly at: number; readonly to: number; readonly match: TokenMatch }
type Table = { readonly rows: readonly number[]; readonly columns: readonly number[] }

function bestOf(possible: readonly Possible[], { rows, columns }: Table): Possible[] {
  if (rows.length === 1 || columns.length === 1) {
    return [possible.reduce((best, other) => (other.match.cost < best.match.cost ? other : best))]
  }
  const costs = rows.map(() => new Array<number>(columns.length).fill(alone * 2))
  for (const { at, to, match } of possible) {
    const row = costs[rows.indexOf(at)]
    if (row !== undefined) row[columns.indexOf(to)] = match.cost
  }
  const assigned = assign(costs, alone)
  return possible.filter(({ at, to }) => assigned[rows.indexOf(at)] === columns.indexOf(to))
}

type Sides = {
  readonly left: ParsedName
  readonly right: ParsedName
  readonly lefts: number[]
  readonly rights: number[]
  readonly pairings: Pairing[]
}

/** A particle is no name, even when the letters are alike. */
function compareParts(
  left: ParsedName,
  right: ParsedName,
  { at, to, compare }: { readonly at: number; readonly to: number; readonly compare: Compare },
): TokenMatch | undefined {
  const one = left.tokens[at]
  const other = right.tokens[to]
  if (one === undefined || other === undefined) return undefined
  if ((left.parts[at] === 'particle') !== (right.parts[to] === 'particle') && one.text.length < 4) return undefined
  return compare(one, other)
}

function takeEqual({ left, right, lefts, rights, pairings }: Sides): void {
  for (let row = 0; row < lefts.length; row += 1) {
    const at = lefts[row] ?? 0
    const text = left.tokens[at]?.text
    const column = rights.findIndex((to) => right.tokens[to]?.text === text)
    if (column < 0) continue
    pairings.push({ left: [at], right: [rights[column] ?? 0], cost: 0, likeness: 'same' })
    rights.splice(column, 1)
    lefts.splice(row, 1)
    row -= 1
  }
}

/** Words written together on one side and apart on the other, and initials written together. */
function takeJoined({ left, right, lefts, rights, pairings }: Sides): void {
  for (const [long, short, longs, shorts] of [
    [left, right, lefts, rights],
    [right, left, rights, lefts],
  ] as const) {
    if (shorts.length === 0 || longs.length < 2) continue
    for (const at of [...shorts]) {
      const token = short.tokens[at]
      const found = token === undefined ? undefined : findJoined(token, long, longs)
      if (found === undefined) continue
      const { run, cost, likeness } = found
      shorts.splice(shorts.indexOf(at), 1)
      for (const place of run) longs.splice(longs.indexOf(place), 1)
      const sides = short === left ? { left: [at], right: run } : { left: run, right: [at] }
      pairings.push({ ...sides, cost, likeness })
    }
  }
}

const runMax = 4
const joinCost = 0.3

function findJoined(token: Token, side: ParsedName, places: readonly number[]) {
  let best: { readonly run: readonly number[]; readonly cost: number; readonly likeness: Likeness } | undefined
  if (token.value !== undefined || token.text.length < 2) return undefined
  const most = Math.min(1.5, mostCost(token.text.length) / 2)
  for (const { run, text, initials } of runsOf(side, places)) {
    if (initials === token.text && side.kind === 'person') best ??= { run, cost: 1, likeness: 'initials' }
    if (Math.abs(text.length - token.text.length) > 2) continue
    const cost = textCost({ one: text, other: token.text }, false, most)
    if (cost <= most && cost + joinCost < (best?.cost ?? Number.POSITIVE_INFINITY)) {
      best = { run, cost: cost + joinCost, likeness: 'joined' }
    }
  }
  return best
}

type Run = { readonly run: readonly number[]; readonly text: string; readonly initials: string }

/** Words that stand one behind the other, two and more. */
function* runsOf(side: ParsedName, places: readonly number[]): Iterable<Run> {
  for (let start = 0; start < places.length - 1; start += 1) {
    let text = side.tokens[places[start] ?? 0]?.text ?? ''
    let initials = text[0] ?? ''
    for (let end = start + 1; end < Math.min(places.length, start + runMax); end += 1) {
      if (places[end] !== (places[end - 1] ?? 0) + 1) break
      const next = side.tokens[places[end] ?? 0]?.text ?? ''
      text += next
      initials += next[0] ?? ''
      yield { run: places.slice(start, end + 1), text, initials }
    }
  }
}
