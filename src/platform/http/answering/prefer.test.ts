import { expect, test } from 'vitest'
import { waitMaxSeconds, waitSecondsOf } from './prefer.ts'

test.each([
  ['wait=10', 10],
  ['wait=0', 0],
  ['WAIT = 5', 5],
  ['wait="7"', 7],
  ['wait=3; foo="bar"', 3],
  ['respond-async, wait=10', 10],
  ['handling=lenient,wait=4', 4],
  ['wait=2, wait=9', 2],
  ['wait=3600', waitMaxSeconds],
])('the preference %j is a wait of %i seconds', (prefer, seconds) => {
  expect(waitSecondsOf(prefer)).toBe(seconds)
})

test.each([
  undefined,
  '',
  'wait',
  'wait=',
  'wait=-1',
  'wait=1.5',
  'wait=1e1',
  'wait=soon',
  'wait=99999999999',
  'waits=5',
  'await=5',
  'respond-async',
  ',,;=',
])('the preference %j is ignored', (prefer) => {
  expect(waitSecondsOf(prefer)).toBeUndefined()
})

test('several Prefer headers are read as one list', () => {
  expect(waitSecondsOf(['respond-async', 'wait=6'])).toBe(6)
})
