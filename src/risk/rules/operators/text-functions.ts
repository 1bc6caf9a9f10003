import type { TypeName } from '../values.ts'
import { type Argument, binary, type Operator, type Overload, unary } from './operator.ts'

const patternLengthMax = 100

/**
 * `*` stands for any letters, `?` for one. In the worst case it takes the product of both lengths, which are bounded; a
 * regular expression could take exponential time.
 */
export function isLike({ text, pattern }: { readonly text: string; readonly pattern: string }): boolean {
  let [at, place, star, resumed] = [0, 0, -1, 0]
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = place
      resumed = at
      place += 1
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === text[at])) {
      at += 1
      place += 1
    } else if (star >= 0) {
      resumed += 1
      at = resumed
      place = star + 1
    } else return false
  }
  while (pattern[place] === '*') place += 1
  return place === pattern.length
}

function lengthOf(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

type Pair = 'startsWith' | 'endsWith' | 'contains' | 'before' | 'after'

const pairs: Readonly<Record<Pair, readonly [gives: TypeName, make: unknown]>> = {
  startsWith: ['boolean', binary<string, string>((text, start) => text.startsWith(start))],
  endsWith: ['boolean', binary<string, string>((text, end) => text.endsWith(end))],
  contains: ['boolean', binary<string, string>((text, part) => text.includes(part))],
  // Missing when the separator is not there.
  before: ['text', binary<string, string>((text, sign) => partOf(text.indexOf(sign), (at) => text.slice(0, at)))],
  after: [
    'text',
    binary<string, string>((text, sign) => partOf(text.indexOf(sign), (at) => text.slice(at + sign.length))),
  ],
}

function partOf(at: number, cut: (at: number) => string): string | undefined {
  return at < 0 ? undefined : cut(at)
}

const singles: Readonly<Record<string, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  digits: (text) => text.replaceAll(/\D/g, ''),
}

const like: Overload = {
  takes: ['text', 'text'],
  gives: 'boolean',
  make: (text, pattern) => {
    const fixed = String(pattern?.constant ?? '')
    return unary<string>((value) => isLike({ text: value, pattern: fixed }))(text as Argument)
  },
  refuse: ([, pattern]) =>
    typeof pattern !== 'string' || pattern.length > patternLengthMax
      ? [
          'like takes a pattern in quotes',
          `Write at most ${patternLengthMax} letters with * and ?, such as "*@example.*"`,
        ]
      : undefined,
}

export const textFunctions: readonly Operator[] = [
  ...Object.entries(pairs).map(([name, [gives, make]]) => ({
    name,
    cost: 3,
    overloads: [{ takes: ['text', 'text'], gives, make: make as Overload['make'] } as Overload],
  })),
  ...Object.entries(singles).map(([name, apply]) => ({
    name,
    cost: 5,
    overloads: [{ takes: ['text'], gives: 'text', make: unary(apply) as Overload['make'] } as Overload],
  })),
  { name: 'like', cost: 10, overloads: [like] },
  {
    name: 'size',
    cost: 3,
    overloads: [
      { takes: ['text'], gives: 'whole', make: unary(lengthOf) as Overload['make'] },
      {
        takes: ['texts'],
        gives: 'whole',
        make: unary<readonly string[]>((texts) => texts.length) as Overload['make'],
      },
    ],
  },
]
