import { expect, test } from 'vitest'
import { createRandom, createTestDatabase, newSeed } from '#testing'
import { positionsAtTimes } from './position-read-model.ts'

const positionsPerBatch = 16_384
const second = 1_000_000

test('the bounds hold for every time, even with missing batches and slightly unordered times', async () => {
  const { database } = await createTestDatabase()
  const seed = newSeed()
  const { below } = createRandom(seed)
  const start = Date.UTC(2026, 0, 1) * 1000
  const batches: { position: number; time: number }[] = []
  for (let number = 1; number < 2000; number += 1 + below(3)) {
    // Up to nine seconds out of order, with quiet stretches and many at the same instant.
    const time = start + Math.floor(number / 5) * second + (number > 1000 ? 3600 * second : 0) - below(9 * second)
    batches.push({ position: number * positionsPerBatch, time })
  }
  await database.query({
    text: `insert into ledger.batches (position, recorded_at, operations, hash)
      select position, timestamptz 'epoch' + time * interval '1 microsecond', 1, ''
      from unnest($1::bigint[], $2::bigint[]) batches(position, time)`,
    values: [batches.map(({ position }) => position), batches.map(({ time }) => time)],
  })
  const times = [0, start + 10_000 * second]
  for (let draw = 0; draw < 300; draw += 1) times.push((batches[below(batches.length)]?.time ?? 0) + below(3) - 1)
  const bounds = await positionsAtTimes(database, times)
  for (const [place, time] of times.entries()) {
    const older = batches.filter((batch) => batch.time < time)
    const younger = batches.filter((batch) => batch.time >= time)
    expect(bounds[place], `time ${time}, seed ${seed}`).toEqual({
      start: younger[0]?.position ?? Number.MAX_SAFE_INTEGER,
      end: older.length === 0 ? 0 : (older.at(-1)?.position ?? 0) + positionsPerBatch,
    })
  }
})

test('a ledger without batches has no transfers at any time', async () => {
  const { database } = await createTestDatabase()
  expect(await positionsAtTimes(database, [0])).toEqual([{ start: Number.MAX_SAFE_INTEGER, end: 0 }])
})
