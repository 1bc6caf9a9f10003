/** Binary operators with their precedence: a higher one binds tighter. The names are those of the tree. */
export const precedences: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 3],
  ['<=', 3],
  ['>', 3],
  ['>=', 3],
  ['in', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
])

export const levels = { choice: 0, or: 1, and: 2, relation: 3, unary: 6, primary: 7 }

/** Written after their first argument: `payer.email.endsWith("@example.com")`. */
export const methods: ReadonlySet<string> = new Set([
  'startsWith',
  'endsWith',
  'contains',
  'like',
  'lower',
  'upper',
  'trim',
  'before',
  'after',
  'digits',
  'getHours',
  'getMinutes',
  'getDayOfWeek',
  'getDate',
  'orElse',
])

/** Written before their arguments: `has(card.country)`. */
export const functions: ReadonlySet<string> = new Set([
  'has',
  'size',
  'abs',
  'asset',
  'place',
  'distance',
  'list',
  'threshold',
  'screeningScore',
  'screeningHits',
  'earlierOutcome',
  'earlierScore',
  'earlierAge',
  'now',
])

/** Functions that make literals, and windows. */
export const makers: ReadonlySet<string> = new Set(['money', 'minor', 'timestamp', 'duration', 'window'])

/** Words that name no field, in any place of its name. */
export const reservedWords: ReadonlySet<string> = new Set('true false null undefined in and or not if'.split(' '))

/** Words that people try, with what this language has. */
export const otherWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    and: 'Write &&',
    or: 'Write ||',
    not: 'Write ! before the condition, as in !(payer.country in ["US"])',
    is: 'Write ==',
    eq: 'Write ==',
    between: 'Write x >= 1 && x <= 5',
    null: 'Write has(x) for a value that is there, and !has(x) for one that is missing',
    undefined: 'Write !has(x)',
    matches: 'Write like with * and ?, as in payer.email.like("*@example.*")',
    if: 'Write condition ? one : other',
    toLowerCase: 'Write lower()',
    lowerAscii: 'Write lower()',
    toUpperCase: 'Write upper()',
    upperAscii: 'Write upper()',
    includes: 'Write contains',
    length: 'Write size(x)',
    count: 'Write window("payment", "24h").by(payer.id).count()',
    sum: 'Write window("payment", "24h").by(payer.id).sum(amount)',
    hour: 'Write getHours("Asia/Kolkata")',
    getDayOfMonth: 'Write getDate, which counts from 1',
  }),
)
