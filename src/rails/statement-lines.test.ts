import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { atPace } from './statement-lines.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A stream of chunks of `bytes`, each after a pause. */
async function* stream(count: number, bytes: number, pauseMs: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < count; sent += 1) {
    await pause(pauseMs)
    yield Buffer.alloc(bytes)
  }
}

/** The number of chunks read, each with a pause after it, and why reading ended. */
async function read(chunks: AsyncIterable<Buffer>, pauseMs = 0) {
  let count = 0
  const reading = (async () => {
    for await (const _ of atPace(chunks)) {
      count += 1
      await pause(pauseMs)
    }
    return 'the end'
  })().catch((error: { code: string }) => error.code)
  await vi.advanceTimersByTimeAsync(3_600_000)
  return { count, why: await reading }
}

it('ends a stream that is too slow, after a minute', async () => {
  expect(await read(stream(1_000_000, 1, 1_000))).toEqual({ count: 60, why: 'statement_too_slow' })
})

it('reads a stream that is fast enough to its end, however slow its reader is', async () => {
  expect(await read(stream(1_000, 8_192, 1_000))).toEqual({ count: 1_000, why: 'the end' })
  expect(await read(stream(100, 1, 10), 10_000)).toEqual({ count: 100, why: 'the end' })
})
