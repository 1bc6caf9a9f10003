import { expect, it } from 'vitest'
import { leftOfDeadline } from './left-of-deadline.ts'

it.each([
  ['5000', 1_200.5, '3799'],
  ['5000', 0, '5000'],
  ['100', 2_000, '0'],
  ['soon', 1_000, 'soon'],
  ['-1', 1_000, '-1'],
])('of %s ms, after %d ms, %s are left', (given, spentMs, left) => {
  const headers = ['accept', 'munim-deadlines', 'munim-deadline', given, 'x', 'y']
  expect(leftOfDeadline(headers, spentMs)).toEqual(['accept', 'munim-deadlines', 'munim-deadline', left, 'x', 'y'])
})

it('a value is no header', () => {
  expect(leftOfDeadline(['x', 'munim-deadline', '7', '8'], 1)).toEqual(['x', 'munim-deadline', '7', '8'])
  expect(leftOfDeadline([], 1)).toEqual([])
  const both = ['x', 'munim-deadline', 'munim-deadline', '100']
  expect(leftOfDeadline(both, 40)).toEqual(['x', 'munim-deadline', 'munim-deadline', '60'])
})
