import { describe, expect, it } from 'vitest'
import { CliFailure } from './failure.ts'
import { parseTemplate } from './template.ts'

const header = ['id', 'value', 'twice', 'twice']

describe('a template', () => {
  it.each([
    ['node:{id}', 'node:7'],
    ['{id}{value}', '712.5'],
    ['{ id }', '7'],
    ['plain', 'plain'],
    ['{{{id}}}', '{7}'],
    ['', ''],
  ])('%s is filled as %s', (text, filled) => {
    expect(parseTemplate({ option: '--code', text }, header).fill(['7', ' 12.5 ', '', ''])).toBe(filled)
  })

  it('inserts the value of a column as it is, even if that looks like a template', () => {
    expect(parseTemplate({ option: '--code', text: '{id}' }, header).fill(['{value}', '1', '', ''])).toBe('{value}')
  })

  it.each([
    ['{nodeid}', '--code: the file has no column "nodeid"; it has id, value, twice, twice'],
    ['{twice}', '--code: the file has two columns "twice"'],
    ['{id', '--code: "{" without "}" in "{id"'],
    ['id}', '--code: "}" without "{" in "id}"'],
    ['{}', '--code: the file has no column ""; it has id, value, twice, twice'],
  ])('%s is refused with one sentence', (text, sentence) => {
    expect(() => parseTemplate({ option: '--code', text }, header)).toThrow(new CliFailure(sentence))
  })
})
