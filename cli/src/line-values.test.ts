import { describe, expect, it } from 'vitest'
import { parseMetadataTemplates, readLine } from './line-values.ts'
import { parseTemplate } from './template.ts'

const header = ['from', 'value', 'note']
const lineOf = (...fields: string[]) => readLine({ line: 2, text: fields.join(','), fields })
const template = (text: string) => parseTemplate('--x', text, header)

describe('reading a line', () => {
  it('gives the values of a good line', () => {
    const line = lineOf('7', '12.50', '')
    expect(line.account('--source', template('node:{from}'))).toBe('node:7')
    expect(line.amount('--amount', template('{value}'), 2, 1n)).toBe(1_250n)
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
    ['bytes that are not UTF-8', ['a\uFFFD', '1', ''], 'invalid_line'],
    ['a NUL character', ['a\0', '1', ''], 'invalid_line'],
    ['more decimals than the asset has', ['a', '1.234', ''], 'invalid_amount'],
    ['no number', ['a', 'ten', ''], 'invalid_amount'],
    ['nothing to move', ['a', '0.00', ''], 'invalid_amount'],
    ['a negative amount', ['a', '-1', ''], 'invalid_amount'],
    ['a text that is too long', ['a', '1', 'x'.repeat(201)], 'invalid_line'],
  ])('refuses %s', (_name, fields, code) => {
    const line = lineOf(...fields)
    line.account('--source', template('{from}'))
    line.amount('--amount', template('{value}'), 2, 1n)
    line.optionalText('--reference', template('{note}'), 200)
    expect(line.refusal()).toMatchObject({ code })
  })

  it('is refused for the first reason there is', () => {
    const line = lineOf('', 'ten', '')
    line.account('--source', template('{from}'))
    line.amount('--amount', template('{value}'), 2, 1n)
    expect(line.refusal()).toEqual({ code: 'missing_value', reason: '--source: a column it names is empty' })
  })
})
