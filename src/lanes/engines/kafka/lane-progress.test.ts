import { expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { LaneProgress, type LeftOut, type Reading } from './lane-progress.ts'

const rowOf = (id: bigint) => {
  return { id, lane: 'standard', kind: 'test.work', tenant: 1, book: 1, subject: 'a' as Uuid, dueAt: 0 } as const
}
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => BigInt(from + index))
const nothing: LeftOut = { underway: undefined, partitions: new Set() }
const without = (...partitions: number[]): LeftOut => ({ underway: undefined, partitions: new Set(partitions) })

/** A table of rows, from which pages are read. */
function table(...waiting: bigint[]) {
  const rows = new Set(waiting)
  return {
    rows,
    read: (progress: LaneProgress, out: LeftOut = nothing) => {
      const reading = progress.reading(out)
      const known = new Set(reading.known)
      const left = [...rows].filter((id) => id > reading.floor && !known.has(id))
      const page = left.sort((one, other) => (one < other ? -1 : 1)).slice(0, reading.max)
      progress.wasRead(reading, page.map(rowOf))
      return { reading, page }
    },
  }
}

function confirm(
  progress: LaneProgress,
  { reading, page }: { readonly reading: Reading; readonly page: readonly bigint[] },
  { past, waiting = [] }: { readonly past: bigint; readonly waiting?: readonly (readonly [bigint, number])[] },
) {
  progress.confirmed(reading, { rows: page.map(rowOf), waiting: new Map(waiting), past })
}

const start = () => new LaneProgress({ floor: 0n, sent: 0n })

it('has its floor below a message that waits for its partition, whatever is read and confirmed after it', () => {
  const { read, rows } = table(...ids(1, 9))
  const progress = start()
  confirm(progress, read(progress), { past: 9n, waiting: [[5n, 1]] })
  expect(progress.floor).toBe(4n)
  rows.add(10n)
  // A page that was read without it, while its partition could not be written, ends after that partition can.
  const next = read(progress, without(1))
  expect(next.page).toEqual([10n])
  confirm(progress, next, { past: 10n })
  expect(progress.floor).toBe(4n)
  const again = read(progress)
  expect(again.page).toEqual([5n])
  confirm(progress, again, { past: 10n })
  expect([progress.floor, progress.above.size]).toEqual([10n, 0])
})

it('leaves out a page that is on its way, and reads it again when it was dropped', () => {
  const { read } = table(...ids(1, 4_100))
  const progress = start()
  const first = read(progress)
  const ahead = read(progress, { ...nothing, underway: first.reading })
  expect(ahead.page).toEqual(ids(4_001, 4_100))
  // Neither has arrived.
  const again = read(progress)
  expect(again.page).toEqual(first.page)
  confirm(progress, again, { past: 4_100n })
  expect([progress.floor, progress.sent]).toEqual([4_000n, 4_000n])
})

it('does not rise above a page that is on its way', () => {
  const { read, rows } = table(1n, 5n)
  const progress = start()
  const first = read(progress)
  // Committed late.
  rows.add(2n)
  const ahead = read(progress, { ...nothing, underway: first.reading })
  confirm(progress, first, { past: 5n })
  expect(progress.floor).toBe(1n)
  confirm(progress, ahead, { past: 5n })
  expect(progress.floor).toBe(5n)
})

it('forgets a message that waited and was handled meanwhile, as far as a page goes', () => {
  const { read, rows } = table(...ids(1, 6_000))
  const progress = start()
  confirm(progress, read(progress), { past: 6_000n, waiting: [[2n, 1]] })
  confirm(progress, read(progress, without(1)), { past: 6_000n, waiting: [[5_000n, 1]] })
  expect(progress.floor).toBe(1n)
  for (const id of [2n, 5_000n]) rows.delete(id)
  for (const id of ids(6_001, 10_000)) rows.add(id)
  confirm(progress, read(progress), { past: 10_000n })
  expect([progress.floor, progress.partitions().size]).toEqual([10_000n, 0])
})

it('reads nothing when too many wait for partitions, and passes over nothing', () => {
  const { read } = table(...ids(1, 20_001))
  const progress = start()
  for (let page = read(progress); page.page.length > 0; page = read(progress, without(1))) {
    const waiting = page.page.map((id): [bigint, number] => [id, id === 1n ? 2 : 1])
    confirm(progress, page, { past: 20_001n, waiting })
  }
  // The second partition is written again, and the first one is not.
  const none = read(progress, without(1))
  expect(none.page).toEqual([])
  confirm(progress, none, { past: 20_001n })
  expect([progress.floor, [...progress.partitions()]]).toEqual([0n, [2, 1]])
  expect(read(progress).page).toEqual(ids(1, 4_000))
})
