import { describe, expect, it } from 'vitest'
import { findUntidy, formatFinding, words } from './tidy.ts'

const tidyTree: Record<string, string> = {
  'package.json': '{"scripts":{"demo":"x"}}',
  'README.md': '# House\n\n[ledger](src/ledger/README.md#owns-what) [site](https://example.com) `npm run demo`\n',
  'src/ledger/README.md': '# Ledger\n\n## Owns what?\n',
  'src/ledger/index.ts': 'export {}\n',
  'src/ledger/page.ts': 'const page = "<section aria-labelledby>"\n',
  'src/ledger/accounts/account-store.ts': 'const text = "select code, count(*) from ledger.accounts"\n',
  'src/ledger/migrations/0001_books-of-account.sql': '-- transactional, not breaking\n',
  'src/ledger/migrations/0002_more.sql': '-- online, breaking\n',
  'docs/decisions/0001-rules.md': '# Rules\n\n## Enforced by\n\nA test.\n',
  'src/ledger/page.test.ts': 'export {}\n',
  'SECURITY.md': Array.from({ length: 10 }, (_, at) => `| API${at + 1} x | y | \`ledger/page.test.ts\` |\n`).join(''),
  'docs/glossary.md': words.map((word) => `**${word}**: …\n`).join('\n'),
}

function findingsIn(changes: Record<string, string>): string[] {
  const tree = new Map(Object.entries({ ...tidyTree, ...changes }))
  return findUntidy(tree, (path) => tree.has(path)).map(formatFinding)
}

describe('the tidy check', () => {
  it('finds nothing in a tidy tree', () => {
    expect(findingsIn({})).toEqual([])
  })

  const later = ['TO', 'DO'].join('')
  const elsewhere = ['', 'home', 'ana', 'x'].join('/')
  const cases: readonly (readonly [name: string, changes: Record<string, string>, finding: string])[] = [
    [
      'a row of the OWASP Top 10 without a test',
      { 'SECURITY.md': tidyTree['SECURITY.md']?.replace('`ledger/page.test.ts`', 'nothing') ?? '' },
      'SECURITY.md: names no test for API1 of',
    ],
    [
      'a defense without a test',
      {
        'SECURITY.md': `| threat | shown by |\n|---|---|\n| a | \`ledger/page.test.ts\` |\n| b | care |\n${tidyTree['SECURITY.md']}`,
      },
      'SECURITY.md:4: has a defense without the test',
    ],
    ['a long file', { 'src/ledger/long.ts': 'a\n'.repeat(351) }, 'src/ledger/long.ts: has 351 lines'],
    ['a vague name', { 'src/ledger/date-utils.ts': '' }, 'src/ledger/date-utils.ts: is named by no idea'],
    ['a vague folder', { 'src/ledger/common/x.ts': '' }, 'src/ledger/common/x.ts: is named by no idea'],
    ['a name in camel case', { 'src/ledger/postTransfer.ts': '' }, 'src/ledger/postTransfer.ts: is not named in kebab'],
    [
      'a test with a database that does not say so',
      { 'src/ledger/books.test.ts': `import { x } from '${'#testing'}'\n` },
      'src/ledger/books.test.ts: needs a database',
    ],
    [
      'a test without a database that says it has one',
      { 'src/ledger/books.db.test.ts': '' },
      'src/ledger/books.db.test.ts: needs no database',
    ],
    ['a second door', { 'src/ledger/rules/index.ts': '' }, 'src/ledger/rules/index.ts: is a second door'],
    ['a module without papers', { 'src/lanes/index.ts': '' }, 'src/lanes: is a module without a README.md'],
    ['a module without a door', { 'src/lanes/README.md': '' }, 'src/lanes: has no index.ts'],
    [
      'a gap between migrations',
      { 'src/ledger/migrations/0004_gap.sql': '-- online, breaking\n' },
      'src/ledger/migrations/0004_gap.sql: is out of sequence: number 3 is next',
    ],
    [
      'a migration without its first line',
      { 'src/ledger/migrations/0003_x.sql': 'create table x ();\n' },
      'src/ledger/migrations/0003_x.sql:1: must begin with',
    ],
    [
      'a misnamed migration',
      { 'src/ledger/migrations/0003_New.sql': '-- online, breaking\n' },
      'src/ledger/migrations/0003_New.sql: is not named like',
    ],
    ['a dead link', { 'SECURITY.md': 'x\n[gone](gone.md)\n' }, 'SECURITY.md:2: links to gone.md, which does not exist'],
    [
      'a dead anchor',
      { 'SECURITY.md': '[x](README.md#gone)\n' },
      'SECURITY.md:1: links to README.md#gone: the page has',
    ],
    ['a command that is none', { 'SECURITY.md': 'npm run nothing\n' }, 'SECURITY.md:1: names "npm run nothing"'],
    ['a file that is none', { 'SECURITY.md': '`src/ledger/no.ts`\n' }, 'SECURITY.md:1: names src/ledger/no.ts'],
    ['a decision nothing holds', { 'docs/decisions/0002-x.md': '# X\n' }, 'docs/decisions/0002-x.md: has no section'],
    [
      'two decisions of one number',
      { 'docs/decisions/0001-x.md': '## Enforced by\n' },
      'docs/decisions/0001-x.md: shares the number 0001',
    ],
    ['a missing word', { 'docs/glossary.md': '' }, 'docs/glossary.md: does not explain **Account**'],
    ['work left for later', { 'src/ledger/x.ts': `// ${later}: later\n` }, 'src/ledger/x.ts:1: leaves work for later'],
    ['a path of one machine', { 'README.md': `see ${elsewhere}\n` }, 'README.md:1: names a path of one machine'],
    ['an unlisted select', { 'src/ledger/x.ts': '"select  * from t"\n' }, 'src/ledger/x.ts:1: selects every column'],
    ['an unlisted returning', { 'src/ledger/x.sql': 'returning t.*\n' }, 'src/ledger/x.sql:1: selects every column'],
    [
      'minor units for people',
      { 'src/payments/machines/x.ts': ['const note = `It took $', '{amount} $', '{asset}.`', '\n'].join('') },
      'src/payments/machines/x.ts:1: tells people minor units',
    ],
    [
      'two parameters that a call can mix up',
      { 'src/ledger/x.ts': ['function take(from: number, ', 'to: number) {}\n'].join('') },
      'src/ledger/x.ts:1: takes two parameters',
    ],
    [
      'such parameters on two lines',
      { 'src/ledger/x.ts': 'function take(\n  all: readonly string[],\n  from: string,\n  to?: string,\n) {}\n' },
      'src/ledger/x.ts:3: takes two parameters',
    ],
    [
      'such a parameter with a default',
      { 'src/ledger/x.ts': ['function take(from: number, ', 'to = 0) {}\n'].join('') },
      'src/ledger/x.ts:1: takes two parameters',
    ],
    ['an old word', { 'src/ledger/x.ts': '// Decided anew.\n' }, 'src/ledger/x.ts:1: is a word of ours'],
    ['British spelling', { 'src/ledger/x.ts': '// Its colour.\n' }, 'src/ledger/x.ts:1: is British spelling'],
    ['a skipped test', { 'src/ledger/x.test.ts': `it${'.skip'}()\n` }, 'src/ledger/x.test.ts:1: is a test that does'],
  ]

  it.each(cases)('finds %s', (_, changes, finding) => {
    expect(findingsIn(changes)).toContainEqual(expect.stringContaining(finding))
  })

  it('lets a query take every column of its own parameters', () => {
    expect(findingsIn({ 'src/ledger/x.ts': '"in (select * from unnest($1::integer[]))"\n' })).toEqual([])
  })

  it('lets a tuple and a type have neighbors of one type', () => {
    const text = 'type Pair = readonly [from: string, to: string]\ntype Way = { from: string, to: string }\n'
    expect(findingsIn({ 'src/ledger/x.ts': text })).toEqual([])
  })

  it('leaves links inside fenced code alone', () => {
    expect(findingsIn({ 'SUPPORT.md': '```\n[x](gone.md)\n```\n' })).toEqual([])
  })
})
