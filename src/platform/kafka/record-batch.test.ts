import { murmur2, Reader, readRecordsBatches } from '@platformatic/kafka'
import { expect, it } from 'vitest'
import { encodeBatch, keyHash, type NewRecord } from './record-batch.ts'

const topic = 'topic'

it('encodes records as the library reads them', () => {
  const records: NewRecord[] = [
    { topic, key: '', value: '' },
    { topic, key: 'a key', value: 'x'.repeat(70_000), headers: { one: 'ü 漢 🙂', two: '' } },
    ...Array.from({ length: 9_000 }, (_, index) => ({ topic, key: `ключ ${index}`, value: `värde ${index}` })),
  ]
  const [batch, ...others] = readRecordsBatches(Reader.from(encodeBatch(records, 1_764_547_200_123)))
  expect(others).toEqual([])
  expect(batch).toMatchObject({ firstOffset: 0n, magic: 2, attributes: 0, producerId: -1n, firstSequence: -1 })
  expect(batch).toMatchObject({ lastOffsetDelta: records.length - 1, firstTimestamp: 1_764_547_200_123n })
  const read = batch?.records.map(({ key, value, headers, offsetDelta, timestampDelta }) => ({
    ...{ key: String(key), value: String(value), offsetDelta, timestampDelta },
    headers: headers.map(([name, content]) => [String(name), String(content)]),
  }))
  const written = records.map(({ key, value, headers = {} }, offsetDelta) => {
    return { key, value, offsetDelta, timestampDelta: 0n, headers: Object.entries(headers) }
  })
  expect(read).toEqual(written)
})

it('sends a key to the partition to which other clients send it', () => {
  const keys = ['', 'a', 'ab', 'abc', 'abcd', 'ключ', '漢字漢', ...Array.from({ length: 500 }, (_, n) => `k${n ** 5}`)]
  expect(keys.map(keyHash)).toEqual(keys.map((key) => murmur2(Buffer.from(key)) >>> 0))
})
