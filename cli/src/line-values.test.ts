import { describe, expect, it } from 'vitest'
import { createLineReader, parseMetadataTemplates } from './line-values.ts'
import { parseTemplate } from './template.ts'

const header = ['from', 'value', 'note']
const readLine = createLineReader({ amounts: { decimalMark: '.' }, dates: { zone: 'UTC' } })
const lineOf = (...fields: string[]) => readLine({ line: 2, text: fields.join(','), fields })
const template = (text: string) => parseTemplate({ option: '--x', text }, header)

describe('reading a line', () => {
  it('returns the values of a valid line', () => {
    const line = lineOf('7', '12.50', '')
    expect(line.account('--source', template('node:{from}'))).toBe('node:7')
    expect(line.amount('--amount', template('{value}'), 2, 'positive')).toBe(1_250n)
    expect(line.optionalText('--reference', template('r-{note}'), 200)).toBeUndefined()
    expect(line.metadata(parseMetadataTemplates(['from={from}', 'note={note}', 'file=day=1'], header))).toEqual({
      from: '7',
      file: 'day=1',
    })
    expect(line.refusal()).toBeUndefined()
  })

  it.each([
    ['an empty column', ['', '1', ''], 'missing_value'],
    ['a code that no account can have', ['a b', '1', ''], 'invalid_account'],
    ['more decimals than the asset has', ['a', '1.234', ''], 'invalid_amount'],
    ['no number', ['a', 'ten', ''], 'invalid_amount'],
    ['nothing to move', ['a', '0.00', ''], 'invalid_amount'],
    ['a negative amount', ['a', '-1', ''], 'invalid_amount'],
    ['a text that is too long', ['a', '1', 'x'.repeat(201)], 'invalid_line'],
  ])('refuses %s', (_name, fields, code) => {
    const line = lineOf(...fields)
    line.account('--source', template('{from}'))
    line.amount('--amount', template('{value}'), 2, 'positive')
    line.optionalText('--reference', template('{note}'), 200)
    expect(line.refusal()).toMatchObject({ code })
  })

  it('reports the first reason to refuse a line', () => {
    const line = lineOf('', 'ten', '')
    line.account('--source', template('{from}'))
    line.amount('--amount', template('{value}'), 2, 'positive')
    expect(line.refusal()).toEqual({ code: 'missing_value', reason: '--source: a column it names is empty' })
  })

  it.each([
    ['positive', '-1', false],
    ['positive', '0', false],
    ['not zero', '-1', true],
    ['not zero', '-0.00', false],
    ['any', '-1', true],
    ['any', '0', true],
  ] as const)('checks an amount that may be %s: %s', (range, value, taken) => {
    const line = lineOf('a', value, '')
    line.amount('--amount', template('{value}'), 2, range)
    expect(line.refusal()?.code).toBe(taken ? undefined : 'invalid_amount')
  })

  it('takes an asset from a column, with its number of decimals', () => {
    const assets = new Map([
      ['USD', 2],
      ['JPY', 0],
    ])
    expect(lineOf('JPY', '1', '').asset('--asset', template('{from}'), assets)).toEqual({ code: 'JPY', scale: 0 })
    const unknown = lineOf('usd', '1', '')
    unknown.asset('--asset', template('{from}'), assets)
    expect(unknown.refusal()).toEqual({ code: 'asset_not_found', reason: '--asset: the book has no asset "usd"' })
  })

  it('takes a time, and refuses any other text', () => {
    expect(lineOf('2026-01-31', '', '').time('--effective-at', template('{from}'))).toBe('2026-01-31T00:00:00.000Z')
    for (const [text, code] of [
      ['31.01.2026', 'invalid_date'],
      ['', 'missing_value'],
    ] as const) {
      const line = lineOf(text, '', '')
      line.time('--effective-at', template('{from}'))
      expect(line.refusal()?.code).toBe(code)
    }
  })
})
