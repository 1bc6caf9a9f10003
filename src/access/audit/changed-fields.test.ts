import { expect, it } from 'vitest'
import { changedFields } from './changed-fields.ts'

const parsed = (before: object | null | undefined, after: object | null | undefined) => {
  const changed = changedFields(before, after)
  const read = (text: string | null) => (text === null ? null : JSON.parse(text))
  return changed && [read(changed.before), read(changed.after)]
}

it('keeps the fields that differ, also within fields', () => {
  expect(parsed({ a: 1, b: [1], c: 'x' }, { a: 1, b: [2], c: null })).toEqual([
    { b: [1], c: 'x' },
    { b: [2], c: null },
  ])
  expect(parsed({ limits: { least: '0', most: null } }, { limits: { least: '0', most: '9' } })).toEqual([
    { limits: { most: null } },
    { limits: { most: '9' } },
  ])
  expect(parsed({ a: 1 }, { a: 1, b: 2 })).toEqual([{ b: null }, { b: 2 }])
})

it('keeps all of what was not there before, or is not there any more', () => {
  expect(parsed(null, { a: 1, b: null })).toEqual([null, { a: 1, b: null }])
  expect(parsed({ a: 1 }, undefined)).toEqual([{ a: 1 }, null])
})

it('finds nothing when nothing differs', () => {
  expect(parsed({ a: { b: [1] } }, { a: { b: [1] } })).toBeUndefined()
  expect(parsed(null, undefined)).toBeUndefined()
  expect(parsed({ a: undefined }, {})).toBeUndefined()
})

it('redacts secrets, personal fields and the values of metadata, and shows that they changed', () => {
  const before = { client_secret: 's1', email: 'asha@example.com', metadata: { phone: '1' }, name: 'Asha' }
  const after = { client_secret: 's2', email: null, metadata: { phone: '2', city: 'Pune' }, name: 'Asha' }
  expect(parsed(before, after)).toEqual([
    { client_secret: '[redacted]', email: '[redacted]', metadata: { phone: '[redacted]', city: null } },
    { client_secret: '[redacted]', email: null, metadata: { phone: '[redacted]', city: '[redacted]' } },
  ])
  expect(parsed(null, { list: [{ api_key: 'k', instrument: { iban: 'DE02' }, keyboard: 'qwerty' }] })).toEqual([
    null,
    { list: [{ api_key: '[redacted]', instrument: '[redacted]', keyboard: 'qwerty' }] },
  ])
})
