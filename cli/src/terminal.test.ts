import { describe, expect, it } from 'vitest'
import { formatPairs, formatTable, printable, toJson } from './terminal.ts'

const plain = { isTTY: false }
const clipboard = '\u001b]52;c;Y3VybA==\u0007'

describe('a text of the server', () => {
  it.each([
    ['\u001b[2J\u001b[H', String.raw`\x1b[2J\x1b[H`],
    [clipboard, String.raw`\x1b]52;c;Y3VybA==\x07`],
    ['a\nb\r\nc\td', String.raw`a\nb\r\nc\td`],
    ['\u0000 \u007f \u0085 \u009b2J', String.raw`\x00 \x7f \x85 \x9b2J`],
    ['line\u2028paragraph\u2029', String.raw`line\u2028paragraph\u2029`],
    ['\u202egnp.exe\u202c \u2066a\u2069 \u200f', String.raw`\u202egnp.exe\u202c \u2066a\u2069 \u200f`],
    ['C:\\nothing — Ärger, 金, 👍🏽, אב', 'C:\\nothing — Ärger, 金, 👍🏽, אב'],
  ])('is shown with what it does to a terminal made visible: %j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('is the same in JSON, though nothing in it reaches the terminal raw', () => {
    const given = { 'key\u009b': `${clipboard}\u007f\u0085\u009b\u202e\u2028\n`, amount: 12n }
    const json = toJson(given)
    expect(json).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
    expect(JSON.parse(json)).toEqual({ ...given, amount: '12' })
    expect(toJson({ a: '\u009b' }, 2)).toBe('{\n  "a": "\\u009b"\n}')
  })
})

describe('a table', () => {
  const columns = [{ title: 'name' }, { title: 'amount', right: true }, { title: '' }]

  it('has a line for each row, whatever is in its cells', () => {
    const rows = [
      ['a\nforged  9.00', '1.00', clipboard],
      ['bb', '12.00', ''],
    ]
    expect(formatTable(plain, columns, rows)).toBe(
      [
        'name             amount',
        String.raw`a\nforged  9.00    1.00  \x1b]52;c;Y3VybA==\x07`,
        'bb                12.00',
        '',
      ].join('\n'),
    )
  })

  it('has the indentation and the gap that it is given, also around bold titles', () => {
    const layout = { indent: '  ', gap: '   ' }
    expect(formatTable(plain, columns, [['a', '1', 'x']], layout)).toBe('  name   amount\n  a           1   x\n')
    expect(formatTable(plain, [{ title: '' }], [['']], layout)).toBe('\n\n')
  })
})

describe('pairs', () => {
  it('have a line each, and keep the style of a mark', () => {
    const mark = ' \u001b[31m(overdue)\u001b[39m'
    const pairs = [
      ['due', '2026-01-31', mark],
      ['metadata a\nb', '\u001b[1A\u001b[2Kforged'],
    ] as const
    expect(formatPairs(pairs)).toBe(
      [`due            2026-01-31${mark}`, String.raw`metadata a\nb  \x1b[1A\x1b[2Kforged`, ''].join('\n'),
    )
  })
})
