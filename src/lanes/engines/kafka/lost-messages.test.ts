import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Session } from '#platform/postgres'
import { createLostMessages } from './lost-messages.ts'
import type { RelayLock } from './relay-lock.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('sends nothing again while a lane is paused, and not much later once it is resumed', async () => {
  const again: string[] = []
  let isPaused = true
  const query = async ({ values: [lanes = []] }: { readonly values: readonly number[][] }) =>
    lanes.map((lane) => ({ lane, waiting: lane === 2 ? 1n : 0n, underway: 0n, isPaused }))
  const lock = { progressOf: () => ({ floor: 1n }), sendAgain: (lane: string) => again.push(lane) }
  const lost = createLostMessages(lock as unknown as RelayLock, { afterMs: 60_000, onFault: () => undefined })
  const look = async (minutes: number) => {
    for (let second = 0; second < minutes * 60; second += 5) {
      vi.advanceTimersByTime(5_000)
      await lost.look({ query } as unknown as Session)
    }
  }
  await look(120)
  expect(again).toEqual([])
  isPaused = false
  await look(2)
  expect(again).toEqual(['standard'])
})
