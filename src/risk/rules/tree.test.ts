import { describe, expect, it } from 'vitest'
import { isWithinBounds, readTree, type Tree } from './tree.ts'

const truth = { kind: 'boolean', value: true }
const nested = (depth: number): unknown =>
  Array.from({ length: depth - 1 }).reduce((inner) => ({ kind: 'call', name: '!', args: [inner] }), truth as unknown)

describe('a tree from JSON', () => {
  it('has its one form: times, durations and digits are written in one way', () => {
    const given = {
      kind: 'and',
      of: [
        { kind: 'time', value: '2026-01-31T09:30:00+05:30' },
        { kind: 'duration', value: '36h' },
        { kind: 'amount', minor: '007', asset: 'INR' },
        { kind: 'number', value: -0 },
      ],
    }
    expect(readTree(given)).toEqual({
      ok: true,
      value: {
        kind: 'and',
        of: [
          { kind: 'time', value: '2026-01-31T04:00:00.000000Z' },
          { kind: 'duration', value: '1d12h' },
          { kind: 'amount', minor: '7', asset: 'INR' },
          { kind: 'number', value: 0 },
        ],
      },
    })
  })

  it.each<[string, unknown, string]>([
    ['null', null, ''],
    ['a text', 'amount > 5', ''],
    ['a kind that is an object', { kind: { toString: 1, valueOf: 1 } }, ''],
    ['an unknown kind', { kind: 'constructor' }, ''],
    ['an and of one', { kind: 'and', of: [truth] }, ''],
    ['a call without arguments', { kind: 'call', name: 'has' }, '/args'],
    ['a set with a field', { kind: 'set', items: [{ kind: 'field', name: 'a' }] }, ''],
    ['a whole number that is none', { kind: 'whole', value: 1.5 }, ''],
    ['an inexact whole number', { kind: 'whole', value: 2 ** 53 }, ''],
    ['an infinite number', { kind: 'number', value: Number.POSITIVE_INFINITY }, ''],
    ['an amount as a number', { kind: 'amount', minor: 5, asset: 'INR' }, ''],
    ['an amount with decimals', { kind: 'amount', minor: '5.0', asset: 'INR' }, ''],
    ['a time that is not exact', { kind: 'time', value: '9999-12-31T23:59:59Z' }, ''],
    ['a text of 2001 letters', { kind: 'text', value: 'a'.repeat(2001) }, ''],
    ['a part of a part', { kind: 'or', of: [truth, { kind: 'call', name: '!', args: [{}] }] }, '/of/1/args/0'],
    ['a window without a length', { kind: 'window', stream: 'payment', by: [], statistic: 'count' }, '/last'],
    ['a window of nothing', { kind: 'window', stream: 'payment', last: '1h', by: [], statistic: 'mode' }, '/statistic'],
  ])('is refused for %s, with the way to it', (_, json, path) => {
    expect(readTree(json)).toMatchObject({ ok: false, problems: [{ code: 'not_a_tree', path }] })
  })

  it('has 100 levels and 5,000 parts at most', () => {
    expect(readTree(nested(100)).ok).toBe(true)
    expect(readTree(nested(101)).ok).toBe(false)
    const wide = (parts: number) => ({ kind: 'and', of: Array.from({ length: parts - 1 }, () => truth) })
    expect(readTree(wide(5000)).ok).toBe(true)
    expect(readTree(wide(5001)).ok).toBe(false)
    expect([nested(100), nested(101), wide(5000), wide(5001)].map((tree) => isWithinBounds(tree as Tree))).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})
