import { describe, expect, it } from 'vitest'
import { type Condition, compileFilter } from './filter.ts'
import type { FieldValue } from './window-event.ts'

describe('a filter', () => {
  const inr = { minor: 500n, asset: 'INR' }
  it.each<[Condition, FieldValue | undefined, boolean]>([
    [{ field: 'f', is: 'equal', value: 5 }, 5n, true],
    [{ field: 'f', is: 'equal', value: 'x' }, undefined, false],
    [{ field: 'f', is: 'not_equal', value: 'x' }, undefined, false],
    [{ field: 'f', is: 'not_equal', value: 'x' }, 'y', true],
    [{ field: 'f', is: 'not_in', values: ['x', 'y'] }, 'y', false],
    [{ field: 'f', is: 'absent' }, undefined, true],
    [{ field: 'f', is: 'present' }, false, true],
    [{ field: 'f', is: 'less', value: '9223372036854775808' }, 9_223_372_036_854_775_807n, true],
    [{ field: 'f', is: 'at_most', value: 5 }, 5.5, false],
    [{ field: 'f', is: 'at_least', value: 500, asset: 'INR' }, inr, true],
    [{ field: 'f', is: 'more', value: 500, asset: 'INR' }, inr, false],
    [{ field: 'f', is: 'at_least', value: 1 }, inr, false],
  ])('%j of %s: %s', (condition, given, expected) => {
    expect(compileFilter([condition])({ f: given })).toBe(expected)
  })
})
