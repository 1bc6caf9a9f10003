import { describe, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { type BatchOutcome, inquiriesAfter, type Rail, type RailCall, type RailOutcome } from '#rails'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import { createRailCaller } from './rail-caller.ts'

const ofBook = (book: number, count: number, ask: 'submit' | 'inquire' = 'submit') =>
  Array.from({ length: count }, () => {
    const attempt = { id: newUuid(), rail: 'held', book, instrument: `book ${book}`, inquiries: 0 }
    return { ask, attempt: attempt as StoredAttempt } as const
  })

/** A rail that takes charges in files. The test answers each file. */
function fileRail(policy: { readonly max: number; readonly waitMs: number; readonly operations?: Set<'charge'> }) {
  const files: { readonly calls: readonly RailCall[]; readonly answer: (answered: BatchOutcome) => void }[] = []
  const alone: RailCall[] = []
  const submitBatch = (calls: readonly RailCall[]) =>
    new Promise<BatchOutcome>((answer) => {
      files.push({ calls, answer })
    })
  const answer = async (call: RailCall): Promise<RailOutcome> => {
    alone.push(call)
    return { kind: 'not_found' }
  }
  const capabilities = {
    operations: new Set(['charge', 'void'] as const),
    inquiries: inquiriesAfter(3_600_000),
    authorizationMs: 1,
    batches: policy,
  }
  const rail: Rail = { name: 'held', capabilities, submit: answer, inquire: answer, submitBatch }
  const outcomes = new Map<string, RailOutcome>()
  const onOutcome = ({ id }: StoredAttempt, outcome: RailOutcome) => outcomes.set(id, outcome)
  return { files, alone, outcomes, caller: createRailCaller({ rails: { rail: () => rail }, onOutcome }) }
}
const succeeded = { kind: 'succeeded', railReference: 'r', amount: 1n } as const
const idsOf = (planned: readonly { readonly attempt: StoredAttempt }[]) => planned.map(({ attempt }) => attempt.id)

describe('a rail that takes files', () => {
  it('gets a file as soon as it is full, in turns of the books, and the rest after a short wait', async () => {
    const { files, outcomes, caller } = fileRail({ max: 4, waitMs: 50 })
    const [many, few] = [ofBook(1, 4), ofBook(2, 1)]
    caller.make([...many, ...few])
    expect(files[0]?.calls.map(({ instrument }) => instrument).toSorted()).toEqual([
      ...['book 1', 'book 1', 'book 1', 'book 2'],
    ])
    expect(caller.statistics()).toEqual({ made: 4, queued: 1, underWay: 4 })
    const answered = new Map(files[0]?.calls.map(({ id }) => [id, succeeded]))
    files[0]?.answer({ kind: 'each', outcomes: answered })
    await expect.poll(() => files.length).toBe(2)
    expect(outcomes.size).toBe(4)
    expect(files.flatMap(({ calls }) => calls.map(({ id }) => id)).toSorted()).toEqual(
      idsOf([...many, ...few]).toSorted(),
    )
    files[1]?.answer({ kind: 'unavailable', why: 'down' })
    await expect.poll(() => outcomes.size).toBe(5)
    expect(outcomes.get(files[1]?.calls[0]?.id ?? '')).toEqual({ kind: 'unavailable', why: 'down' })
  })

  it('answers for each call, or for all; a call that it does not name is unknown', async () => {
    const { files, outcomes, caller } = fileRail({ max: 3, waitMs: 50 })
    const [first, second, third] = ofBook(1, 3)
    caller.make([first, second, third].flatMap((one) => one ?? []))
    const failed = { kind: 'unavailable', why: 'the account is closed' } as const
    const answered = [
      [first?.attempt.id ?? '', succeeded],
      [second?.attempt.id ?? '', failed],
      ['another', succeeded],
    ] as const
    files[0]?.answer({ kind: 'each', outcomes: new Map<Uuid, RailOutcome>(answered) })
    await expect.poll(() => outcomes.size).toBe(3)
    expect([...outcomes.values()]).toEqual([succeeded, failed, expect.objectContaining({ kind: 'unknown' })])
    const next = ofBook(1, 3)
    caller.make(next)
    const unknown = { kind: 'unknown', why: 'no answer', handle: { file: 'f-1' } } as const
    files[1]?.answer(unknown)
    await expect.poll(() => outcomes.size).toBe(6)
    for (const id of idsOf(next)) expect(outcomes.get(id)).toEqual(unknown)
  })

  it('has one file under way at a time, with no call twice in it', async () => {
    const { files, outcomes, caller } = fileRail({ max: 2, waitMs: 20 })
    const planned = ofBook(1, 5)
    caller.make([...planned, ...planned.slice(0, 1)])
    expect(files.length).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(files.length).toBe(1)
    for (let file = 0; file < 3; file += 1) {
      await expect.poll(() => files.length).toBe(file + 1)
      const { calls = [], answer } = files[file] ?? {}
      expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
      answer?.({ kind: 'each', outcomes: new Map(calls.map(({ id }) => [id, succeeded])) })
    }
    await expect.poll(() => outcomes.size).toBe(5)
    expect(caller.statistics()).toEqual({ made: 6, queued: 0, underWay: 0 })
  })

  it('gets inquiries, and operations of which it takes no files, one by one', async () => {
    const { files, alone, outcomes, caller } = fileRail({ max: 2, waitMs: 20, operations: new Set(['charge']) })
    const inquiries = ofBook(1, 2, 'inquire')
    const voids = ofBook(1, 2).map(({ ask, attempt }) => ({ ask, attempt: { ...attempt, operation: 'void' as const } }))
    caller.make([...inquiries, ...voids])
    await expect.poll(() => outcomes.size).toBe(4)
    expect(alone.length).toBe(4)
    expect(files).toEqual([])
  })

  it('gets nothing after the stop, which waits for the file under way', async () => {
    const { files, outcomes, caller } = fileRail({ max: 2, waitMs: 20 })
    caller.make(ofBook(1, 3))
    const stopped = caller.stop().then(() => 'stopped')
    expect(await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 60))])).toBeUndefined()
    files[0]?.answer({ kind: 'unknown', why: 'no answer' })
    expect(await stopped).toBe('stopped')
    expect([files.length, outcomes.size]).toEqual([1, 2])
  })
})
