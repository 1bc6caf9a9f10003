import { describe, expect, it } from 'vitest'
import { ArrivingBody } from './arriving-body.ts'

function arrive(pieces: readonly Buffer[], bytesMax: number) {
  const body = new ArrivingBody(bytesMax)
  let taken = 0
  for (const piece of pieces) {
    taken += body.needs(piece)
    body.add(piece)
  }
  return { body, taken }
}

describe('a body that is arriving', () => {
  it.each([
    ['nothing', []],
    ['one piece', ['{"a":1}']],
    ['pieces of one byte', [...'{"name":"shop","amount":100}']],
    ['pieces of all sizes', ['x'.repeat(3), '', 'y'.repeat(20_000), 'z', 'w'.repeat(100_000), 'v'.repeat(70_000)]],
  ])('has the bytes of %s', (_, texts) => {
    const pieces = texts.map((text) => Buffer.from(text))
    const { body } = arrive(pieces, 1_000_000)
    expect(body.bytes().equals(Buffer.concat(pieces))).toBe(true)
    expect(body.received).toBe(texts.join('').length)
  })

  it('takes hardly more memory than its bytes', () => {
    const crumbs = Array.from({ length: 90_000 }, () => Buffer.from('x'))
    expect(arrive(crumbs, 32 * 1024 * 1024).taken).toBeLessThanOrEqual(90_000 + 4096)
    const mixed = Array.from({ length: 100 }, (_, n) => Buffer.alloc(n % 2 === 0 ? 65_536 : 100))
    expect(arrive(mixed, 32 * 1024 * 1024).taken).toBeLessThanOrEqual(50 * (65_536 + 4096))
  })

  it('takes no more memory than the bytes that may come', () => {
    const pieces = Array.from({ length: 1_025 }, () => Buffer.alloc(64))
    expect(arrive(pieces, 65_600).taken).toBe(65_600)
    expect(arrive([Buffer.alloc(500)], 500).taken).toBe(500)
  })

  it('counts as crumbs when very many pieces are tiny', () => {
    const crumbs = (count: number, bytes: number) =>
      arrive(
        Array.from({ length: count }, () => Buffer.alloc(bytes)),
        1_000_000,
      ).body.isCrumbs
    expect([crumbs(1_000, 1), crumbs(1_001, 1), crumbs(1_001, 63), crumbs(1_001, 64)]).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})
