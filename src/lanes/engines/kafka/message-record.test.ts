import { expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { messageOf, recordOf, type SentMessage } from './message-record.ts'

const subject = '0190f5d2a1b37c4d8e9fa0b1c2d3e4f5' as Uuid
const message: SentMessage = {
  ...{ id: 2n ** 63n - 1n, lane: 'bulk', kind: 'payment.input', tenant: -7, book: 7, subject },
  dueAt: 1_790_000_000_000_000,
}
const good = { id: '1', kind: 'payment.input', tenant: 1, book: 1, due_at: 0 }

function read(key: string, about: unknown) {
  const text = typeof about === 'string' ? about : JSON.stringify(about)
  return messageOf('bulk', { key, headers: new Map([['munim-message', text]]) })
}

it('reads what it wrote', () => {
  const { key, headers = {} } = recordOf('topic', message)
  expect(messageOf('bulk', { key, headers: new Map(Object.entries(headers)) })).toEqual(message)
  expect(read(subject, good)).toBeDefined()
})

it.each([
  ['an id beyond 64 bits', { ...good, id: '9223372036854775808' }],
  ['an id of many digits', { ...good, id: '99999999999999999999999' }],
  ['an id that is a number', { ...good, id: 1 }],
  ['the id 0', { ...good, id: '0' }],
  ['no time', { ...good, due_at: undefined }],
  ['a time that is no whole number', { ...good, due_at: 0.5 }],
  ['a tenant that is no number', { ...good, tenant: 'x' }],
  ['a book beyond 32 bits', { ...good, book: 2 ** 31 }],
  ['a kind that is none', { ...good, kind: 'Payment Input' }],
  ['a kind that is a number', { ...good, kind: 1 }],
  ['a list', [good]],
  ['a text', '"text"'],
  ['no JSON', '{'],
])('a record with %s is no message', (_, about) => {
  expect(read(subject, about)).toBeUndefined()
})

it.each(['hello', '', `${subject}0`, subject.toUpperCase()])('a record with the key "%s" is no message', (key) => {
  expect(read(key, good)).toBeUndefined()
})

it('a record without our header is no message', () => {
  expect(messageOf('bulk', { key: subject, headers: new Map() })).toBeUndefined()
})
