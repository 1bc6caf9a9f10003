import { expect, it } from 'vitest'
import { AlertBook } from './alert-book.ts'
import type { Finding } from './finding.ts'
import type { TypologyKind } from './pattern.ts'

const bounds = { alertsMax: 100, accountsPerAlertMax: 6, quietMicros: 100 }

function finding(id: string, to: number, subjects: readonly string[], kind: TypologyKind = 'cycle'): Finding {
  return { id, revision: 1, kind, asset: 'EUR', subjects, to, score: 60 } as unknown as Finding
}

function bookOf() {
  const book = new AlertBook(bounds, [])
  const add = (id: string, to: number, ...subjects: string[]) => {
    const { change, alert, merged } = book.add(finding(id, to, subjects), subjects)
    return { change, alert: alert.id, findings: alert.findings, merged }
  }
  return { book, add }
}

it('opens one alert for each group of accounts, and extends it', () => {
  const { book, add } = bookOf()
  expect(add('f1', 1, 'a', 'b')).toEqual({ change: 'opened', alert: 'alert/f1/1', findings: ['f1'], merged: [] })
  expect(add('f2', 2, 'c')).toMatchObject({ change: 'opened', alert: 'alert/f2/1' })
  expect(add('f3', 3, 'b', 'd')).toMatchObject({ change: 'extended', alert: 'alert/f1/1', findings: ['f1', 'f3'] })
  expect(add('f3', 3, 'b', 'd')).toMatchObject({ change: 'extended', alert: 'alert/f1/1', findings: ['f1', 'f3'] })
  expect(book.alerts).toHaveLength(2)
})

it('makes one alert of those that a finding connects, under the id of the oldest', () => {
  const { book, add } = bookOf()
  add('f1', 1, 'a')
  add('f2', 2, 'b')
  add('f3', 3, 'c')
  expect(add('f4', 4, 'c', 'b')).toMatchObject({
    alert: 'alert/f2/1',
    findings: ['f2', 'f3', 'f4'],
    merged: ['alert/f3/1'],
  })
  expect(add('f5', 5, 'c')).toMatchObject({ alert: 'alert/f2/1' })
  expect(book.alerts.map(({ accounts }) => accounts)).toEqual([['EUR/a'], ['EUR/b', 'EUR/c']])
})

it('opens another alert after a quiet time, and when the alert was closed', () => {
  const { book, add } = bookOf()
  add('f1', 1, 'a')
  expect(add('f2', 101, 'a')).toMatchObject({ alert: 'alert/f1/1' })
  expect(add('f3', 202, 'a')).toMatchObject({ change: 'opened', alert: 'alert/f3/1' })
  book.close('alert/f3/1')
  expect(add('f4', 203, 'a')).toMatchObject({ change: 'opened', alert: 'alert/f4/1' })
})

it('grows to its bound and not beyond', () => {
  const { book, add } = bookOf()
  add('f1', 1, 'a', 'b', 'c', 'd')
  expect(add('f2', 2, 'd', 'e', 'f', 'g')).toMatchObject({ change: 'opened', alert: 'alert/f2/1' })
  expect(book.full).toBe(1)
  expect(add('f3', 3, 'a', 'e')).toMatchObject({ change: 'extended' })
})

it('scores an alert by its worst finding and the number of its kinds', () => {
  const { book } = bookOf()
  book.add(finding('f1', 1, ['a']), ['a'])
  expect(book.add(finding('f2', 2, ['a'], 'fan_in'), ['a']).alert.score).toBe(65)
  expect(book.add({ ...finding('f3', 3, ['a']), score: 70 }, ['a']).alert.score).toBe(75)
})
