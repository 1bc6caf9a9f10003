import { expect, it } from 'vitest'
import { CopyDecoder } from './copy-decoder.ts'
import { CopyEncoder } from './copy-encoder.ts'

it('reads back what the encoder wrote', () => {
  const encoder = new CopyEncoder()
  for (const value of [-9_223_372_036_854_775_808n, -1n, 0n, 9_223_372_036_854_775_807n]) {
    encoder.tuple(7)
    encoder.bigint8(value)
    encoder.int8(-5_000_000_000)
    encoder.int4(-7)
    encoder.int2(-3)
    encoder.timestamp(1_700_000_000_123_456)
    encoder.null()
    encoder.text('grüße ₹')
  }
  encoder.tuple(1)
  encoder.uuid('0190a1b2c3d4e5f60718293a4b5c6d7e')

  const decoder = new CopyDecoder({ fieldsMax: 8, initialBytes: 16 })
  decoder.append(encoder.tuples())
  const read: bigint[] = []
  for (let row = 0; row < 4; row += 1) {
    expect(decoder.next()).toBe(true)
    read.push(decoder.bigint8(0))
    expect(decoder.int8(1)).toBe(-5_000_000_000)
    expect(decoder.int4(2)).toBe(-7)
    expect(decoder.int2(3)).toBe(-3)
    expect(decoder.timestamp(4)).toBe(1_700_000_000_123_456)
    expect(decoder.isNull(5)).toBe(true)
    expect(decoder.isNull(6)).toBe(false)
    expect(decoder.text(6)).toBe('grüße ₹')
  }
  expect(read).toEqual([-9_223_372_036_854_775_808n, -1n, 0n, 9_223_372_036_854_775_807n])
  expect(decoder.next()).toBe(true)
  expect(decoder.uuid(0)).toBe('0190a1b2c3d4e5f60718293a4b5c6d7e')
  expect(decoder.next()).toBe(false)
})

it('locates each row, and starts over when cleared', () => {
  const encoder = new CopyEncoder()
  encoder.tuple(1)
  encoder.int4(1)
  encoder.tuple(1)
  encoder.null()
  const decoder = new CopyDecoder()
  decoder.append(encoder.tuples().subarray(0, 10))
  decoder.append(encoder.tuples().subarray(10))
  expect([decoder.rows, decoder.length]).toEqual([2, 16])
  decoder.next()
  decoder.next()
  expect(decoder.bytes({ from: decoder.start, to: decoder.end }).toString('hex')).toBe('0001ffffffff')
  decoder.clear()
  expect(decoder.next()).toBe(false)
})
